import type { Win32Symbol } from '../../errors/win32-codes.ts';
import { repairCommand } from './command-line.ts';
import type { Snapshot } from './snapshot.ts';

interface Advice {
  /** Usual cause. */
  readonly why: string;
  /** Default: run the program here, where its errors show. */
  readonly repair?: (snapshot: Snapshot) => string | undefined;
}

/** Usual causes of exit codes. docs/troubleshooting.md has more on each. */
export const EXIT_ADVICE: Readonly<Partial<Record<Win32Symbol, Advice>>> = {
  ERROR_FILE_NOT_FOUND: { why: 'The program of the command line does not exist, or its path is wrong.' },
  ERROR_PATH_NOT_FOUND: { why: 'A folder of the command line does not exist.' },
  ERROR_ACCESS_DENIED: { why: 'The account may not read or run the program.' },
  ERROR_BAD_EXE_FORMAT: { why: 'The command line names a script, or a program for another architecture.' },
  ERROR_SERVICE_REQUEST_TIMEOUT: {
    why: 'The program did not connect to the SCM within 30 s, or did not answer: it ended at once, runs no service, or blocks while it loads. Run it in a terminal to see its errors.',
  },
  ERROR_PROCESS_ABORTED: {
    why: 'The process ended without reporting STOPPED: a crash, or it was killed.',
  },
  ERROR_EXCEPTION_IN_SERVICE: { why: 'A handler threw, or an error was not caught. See the log of the service.' },
  ERROR_SERVICE_DEPENDENCY_FAIL: { why: 'A service that it needs did not start.' },
  ERROR_SERVICE_LOGON_FAILED: {
    why: 'The account could not log on: the password changed, or the right to log on as a service is missing.',
    repair: (snapshot) =>
      repairCommand(snapshot, 'config set', '--account', snapshot.service?.config?.account ?? '.\\orders'),
  },
  ERROR_SERVICE_START_HANG: { why: 'The start did not finish in time.' },
  ERROR_SERVICE_MARKED_FOR_DELETE: {
    why: 'The service was deleted while a handle to it was open.',
    repair: () => 'Close services.msc, Task Manager and Process Explorer, or restart Windows.',
  },
  ERROR_SERVICE_DISABLED: {
    why: 'The service is disabled.',
    repair: (snapshot) => repairCommand(snapshot, 'config set', '--start', 'auto'),
  },
  ERROR_TIMEOUT: { why: 'An operation timed out.' },
};
