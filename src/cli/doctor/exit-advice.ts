import type { Win32Symbol } from '../../errors/win32-codes.ts';
import { shellQuote } from '../output/shell-quote.ts';
import { repairCommand } from './command-line.ts';
import type { Snapshot } from './snapshot.ts';

interface Advice {
  /** What usually is behind it. */
  readonly why: string;
  /** Default: run the program here, where its errors show. */
  readonly repair?: (snapshot: Snapshot) => string;
}

/** Why services end with these codes; docs/troubleshooting.md has more on each. */
export const EXIT_ADVICE: Readonly<Partial<Record<Win32Symbol, Advice>>> = {
  ERROR_FILE_NOT_FOUND: { why: 'The program of the command line is not there, or the path is wrong.' },
  ERROR_PATH_NOT_FOUND: { why: 'A folder of the command line is not there.' },
  ERROR_ACCESS_DENIED: { why: 'Its account may not read or run the program or the script.' },
  ERROR_BAD_EXE_FORMAT: { why: 'The command line names a script, or a program for another architecture.' },
  ERROR_SERVICE_REQUEST_TIMEOUT: {
    why: 'It did not connect to the SCM in 30 s, or did not answer: the program ended at once, runs no service, or its loading blocks. The program run here shows its errors.',
  },
  ERROR_PROCESS_ABORTED: {
    why: 'Its process ended without saying why: a crash, process.exit(), or somebody killed it.',
  },
  ERROR_EXCEPTION_IN_SERVICE: { why: 'A handler threw, or an error was not caught. See the log of the service.' },
  ERROR_SERVICE_DEPENDENCY_FAIL: { why: 'A service that it needs did not start.' },
  ERROR_SERVICE_LOGON_FAILED: {
    why: 'Its account could not log on: the password changed, or the right to log on as a service is missing.',
    repair: (snapshot) =>
      repairCommand(
        snapshot,
        'config set',
        `--account ${shellQuote(snapshot.service?.config?.account ?? '<account>')}`,
      ),
  },
  ERROR_SERVICE_START_HANG: { why: 'It began to start and came no further in its time.' },
  ERROR_SERVICE_MARKED_FOR_DELETE: {
    why: 'Somebody deleted it while a handle was open.',
    repair: () => 'Close services.msc, Task Manager and Process Explorer, or restart Windows.',
  },
  ERROR_SERVICE_DISABLED: {
    why: 'It was disabled when it was to start.',
    repair: (snapshot) => repairCommand(snapshot, 'config set', '--start auto'),
  },
  ERROR_TIMEOUT: { why: 'It ran out of time.' },
};
