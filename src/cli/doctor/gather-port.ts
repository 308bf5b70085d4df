import { createServer } from 'node:net';
import type { PortFacts } from './snapshot.ts';

/** Returns the port in the variables or arguments of the service, and whether it is free. */
export async function portOf(
  environment: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<PortFacts | undefined> {
  const source = fromEnvironment(environment) ?? fromArguments(args);
  if (!source) return undefined;
  return { ...source, state: await stateOf(source.port) };
}

type Told = Pick<PortFacts, 'port' | 'from'>;

function fromEnvironment(environment: Readonly<Record<string, string>>): Told | undefined {
  const [name, value] = Object.entries(environment).find(([key]) => key.toUpperCase() === 'PORT') ?? [];
  return name && value && /^\d{1,5}$/.test(value) ? toSource(value, `${name}=${value}`) : undefined;
}

function fromArguments(args: readonly string[]): Told | undefined {
  for (const [i, arg] of args.entries()) {
    const text = /^--?p(?:ort)?=(\d{1,5})$/.exec(arg)?.[1] ?? (/^--?p(?:ort)?$/.test(arg) ? args[i + 1] : undefined);
    if (text !== undefined && /^\d{1,5}$/.test(text))
      return toSource(text, `${arg}${arg.includes('=') ? '' : ` ${text}`}`);
  }
  return undefined;
}

function toSource(text: string, from: string): Told | undefined {
  const port = Number(text);
  return port > 0 && port < 65_536 ? { port, from } : undefined;
}

function stateOf(port: number): Promise<PortFacts['state']> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      resolve(stateOfError(error.code, port, process.platform));
    });
    server.listen({ port, exclusive: true }, () => {
      server.close(() => {
        resolve('free');
      });
    });
  });
}

/**
 * EACCES on Windows means a reserved range; elsewhere the ports below 1024 need a right.
 *
 * Source: https://learn.microsoft.com/windows/win32/winsock/windows-sockets-error-codes-2#wsaeacces
 */
export function stateOfError(code: string | undefined, port: number, platform: NodeJS.Platform): PortFacts['state'] {
  if (code === 'EADDRINUSE') return 'taken';
  return code === 'EACCES' && (platform === 'win32' || port >= 1_024) ? 'reserved' : 'free';
}
