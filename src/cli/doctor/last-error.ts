import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../../util/clock.ts';
import type { LastError } from './snapshot.ts';

interface Wanted {
  readonly service: string;
  /** Folder of the logs. Default: the default folder, or the one that the service registered. */
  readonly dir: string | undefined;
  /** Start of the records to read. */
  readonly since: Date | undefined;
  readonly clock: Clock;
}

/** Reads the last error record of a service. `undefined` where there is none, or where the log can't be read. */
export async function readLastError({ service, dir, since, clock }: Wanted): Promise<LastError | undefined> {
  const { findLogDir, readLogs } = await import('../../logging/index.ts');
  const folder = dir ?? findLogDir(service);
  const { signal } = new AbortController();
  try {
    const options = { dir: folder, service, stream: 'log', lines: 1, level: 'error', follow: false } as const;
    for await (const { time, message, data } of readLogs({ ...options, since, clock, signal }))
      return { time, ...describeRecord(message ?? '', data['error'] ?? data['err']), log: logFile(folder, service) };
  } catch {
    // No right to read it: `winsvc logs` reports that.
  }
  return undefined;
}

function logFile(folder: string, service: string): string {
  return join(folder, `${service}.log`);
}

/** Joins the message of a record with that of its first cause, and finds the first place in the program. */
export function describeRecord(message: string, error: unknown): Pick<LastError, 'text' | 'where'> {
  const chain = causes(error);
  const root = chain.at(-1);
  const [first = ''] = message.split(/\r?\n/);
  const text = root === undefined || first.includes(root.message) ? first : `${first}: ${root.message}`;
  const where = chain
    .toReversed()
    .flatMap(({ stack }) => frameOf(stack) ?? [])
    .at(0);
  return { text, where };
}

interface PlainError {
  readonly message: string;
  readonly stack: string;
}

function causes(error: unknown): PlainError[] {
  const chain: PlainError[] = [];
  for (
    let at = error;
    typeof at === 'object' && at !== null && chain.length < 10;
    at = (at as { cause?: unknown }).cause
  ) {
    const { message, stack } = at as { message?: unknown; stack?: unknown };
    if (typeof message === 'string') chain.push({ message, stack: typeof stack === 'string' ? stack : '' });
  }
  return chain;
}

/** Finds the first frame of the program itself. */
function frameOf(stack: string): string | undefined {
  const frame = stack
    .split(/\r?\n/)
    .find((line) => /^\s+at /.test(line) && !/node:|node_modules|winsvc[\\/]dist/.test(line));
  const [, file, position] = /\(?((?:file:\/\/|[a-z]:\\|\/).*?):(\d+(?::\d+)?)\)?$/i.exec(frame?.trim() ?? '') ?? [];
  if (file === undefined) return undefined;
  try {
    return `${file.startsWith('file:') ? fileURLToPath(file) : file}:${position ?? ''}`;
  } catch {
    return `${file}:${position ?? ''}`;
  }
}
