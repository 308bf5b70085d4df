import type { Cli, ScmReader } from '../command.ts';
import { createPrinter, type Printer, type Terminal } from '../output/printer.ts';
import type { ServiceManager } from '../../manager/index.ts';

const NOWHERE: Terminal = { write: () => true };

/** The command line of one machine: what a verb would print is kept instead. */
export interface Capture {
  readonly cli: Cli;
  /** The answer that the verb gave. */
  readonly data: unknown;
}

/** Makes the command line that a verb sees while it runs on one machine of many. */
export function captureCli(cli: Cli, manager: ServiceManager, signal: AbortSignal | undefined): Capture {
  let data: unknown;
  const quiet = createPrinter(NOWHERE, NOWHERE, {}, true);
  const out: Printer = {
    ...quiet,
    result: (answer) => {
      data = answer;
    },
  };
  return {
    cli: {
      ...cli,
      out,
      stdout: NOWHERE,
      stderr: NOWHERE,
      signal: signal ?? cli.signal,
      manager: () => Promise.resolve(manager),
      reader: () => Promise.resolve(readerOf(manager)),
    },
    get data() {
      return data;
    },
  };
}

/** The part of a manager that a verb reads through. */
function readerOf(manager: ServiceManager): ScmReader {
  return {
    status: (name) => manager.service(name).status(),
    async readConfig(name) {
      const { unsupported, ...config } = await manager.service(name).config();
      return { config, unsupported };
    },
    close: () => Promise.resolve(),
  };
}
