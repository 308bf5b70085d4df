import { appendFileSync, mkdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogSink } from '../../util/log.ts';
import { toFileName } from '../../util/file-name.ts';
import { formatLine } from '../../util/line-log.ts';

/** Log of a program in a terminal. */
export interface TerminalLog extends LogSink {
  /** Writes further records to a file too: the terminal is closed. */
  terminalClosed(): void;
}

/** Creates a log that writes to the terminal and, when that was closed, to a file in a private folder of the user. */
export function createTerminalLog(service: string, stderr: NodeJS.WritableStream): TerminalLog {
  let isClosed = false;
  return {
    terminalClosed() {
      isClosed = true;
    },
    write(level, message, data) {
      const line = formatLine(level, message, data);
      stderr.write(line);
      if (isClosed) append(service, line);
    },
  };
}

function append(service: string, line: string): void {
  const name = toFileName(service);
  const folder = join(userFolder(), 'winsvc');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    appendFileSync(join(folder, `${name}.closed-terminal.log`), line, { mode: 0o600 });
  } catch {
    // No other place can show it.
  }
}

/** Folder of the user for data of programs: `%LOCALAPPDATA%`, `~/.local/state`. */
function userFolder(): string {
  if (process.platform === 'win32') return process.env['LOCALAPPDATA'] ?? tmpdir();
  return join(homedir(), '.local', 'state');
}
