import type { ServiceClient, WaitOptions } from '../../manager/index.ts';
import type { Arguments } from './arguments.ts';
import type { Cli } from '../command.ts';
import { createProgress } from '../output/progress.ts';

/** Service of a verb: the one that was named, or the program's own. */
export interface Target {
  readonly name: string;
  readonly client: ServiceClient;
  /** Positionals after the name. */
  readonly rest: readonly string[];
}

/** Returns the service that a verb works on, with its client. */
export async function targetOf(cli: Cli, args: Arguments): Promise<Target> {
  const manager = await cli.manager();
  if (cli.service) return { name: cli.service.name, client: manager.service(cli.service), rest: args.positionals };
  const [name = '', ...rest] = args.positionals;
  return { name, client: manager.service(name), rest };
}

/** Waits with progress on standard error, until the timeout of the command line or Ctrl+C. */
export async function waiting<T>(
  cli: Cli,
  args: Arguments,
  service: string,
  work: (options: WaitOptions) => Promise<T>,
): Promise<T> {
  const timeout = args.duration('timeout');
  const progress = createProgress(cli, service);
  try {
    const done = work({
      signal: cli.signal,
      ...(timeout === undefined ? {} : { timeout }),
      onProgress: (report) => {
        progress.update(report);
      },
    });
    // A call that hangs inside the SCM doesn't see the signal.
    return await Promise.race([done, aborted(cli.signal)]);
  } finally {
    progress.end();
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
