import { createServer } from 'node:net';
import type { PortFacts } from './snapshot.ts';

/** The port that the service is told to listen on, by its variables or arguments, and whether it is free. */
export async function portOf(
  environment: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<PortFacts | undefined> {
  const told = fromEnvironment(environment) ?? fromArguments(args);
  if (!told) return undefined;
  const taken = await isTaken(told.port);
  return { ...told, taken };
}

type Told = Pick<PortFacts, 'port' | 'from'>;

function fromEnvironment(environment: Readonly<Record<string, string>>): Told | undefined {
  const [name, value] = Object.entries(environment).find(([key]) => key.toUpperCase() === 'PORT') ?? [];
  return name && value && /^\d{1,5}$/.test(value) ? told(value, `${name}=${value}`) : undefined;
}

function fromArguments(args: readonly string[]): Told | undefined {
  for (const [i, arg] of args.entries()) {
    const text = /^--?p(?:ort)?=(\d{1,5})$/.exec(arg)?.[1] ?? (/^--?p(?:ort)?$/.test(arg) ? args[i + 1] : undefined);
    if (text !== undefined && /^\d{1,5}$/.test(text)) return told(text, `${arg}${arg.includes('=') ? '' : ` ${text}`}`);
  }
  return undefined;
}

function told(text: string, from: string): Told | undefined {
  const port = Number(text);
  return port > 0 && port < 65_536 ? { port, from } : undefined;
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'EADDRINUSE');
    });
    server.listen({ port, exclusive: true }, () => {
      server.close(() => {
        resolve(false);
      });
    });
  });
}
