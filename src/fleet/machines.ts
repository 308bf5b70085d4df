import { readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { ServiceError } from '../errors/service-error.ts';
import { decodeText } from '../util/structured-text/decode-text.ts';

/** Longest name of a host in the DNS. */
const LONGEST_NAME = 253;
const LONGEST_LIST = 10_000;
/** Names of the DNS and NetBIOS, with letters of any language; IPv4 addresses look like them. */
const NAME = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_])?$/u;

/**
 * Checks names and addresses of machines. A name that is there twice counts once: names have no case.
 *
 * @throws ServiceError INVALID_OPTIONS, which names every wrong one. `\\server` is none: write `server`.
 */
export function checkMachines(machines: readonly string[]): readonly string[] {
  const wrong = machines.filter((machine) => typeof machine !== 'string' || !isMachine(machine));
  if (wrong.length > 0) {
    const shown = wrong.slice(0, 20).map((machine) => JSON.stringify(machine).slice(0, 80));
    throw invalid(
      `These are no names or addresses of machines: ${shown.join(', ')}. A name has letters, digits, - and dots, such as server1 or server1.contoso.local; no \\\\ before it.`,
      { machines: wrong },
    );
  }
  const distinct = [...new Map(machines.map((machine) => [machine.toLowerCase(), machine] as const)).values()];
  if (distinct.length === 0) throw invalid('There are no machines in the list.', {});
  if (distinct.length > LONGEST_LIST) throw invalid(`${distinct.length} machines are more than ${LONGEST_LIST}.`, {});
  return distinct;
}

function isMachine(text: string): boolean {
  return text.length <= LONGEST_NAME && (NAME.test(text) ? !text.includes('..') : isIPv6(text));
}

/**
 * Reads a list of machines as the command line takes it: names with commas between, `@file` for a file of them. In a
 * file there is one or more on a line, and `#` begins a comment.
 *
 * @throws ServiceError INVALID_OPTIONS for a file that can't be read, and as `checkMachines`.
 */
export async function readMachines(list: string): Promise<readonly string[]> {
  const parts = split(list, ',');
  const found = await Promise.all(parts.map(async (part) => (part.startsWith('@') ? readList(part.slice(1)) : [part])));
  return checkMachines(found.flat());
}

async function readList(path: string): Promise<readonly string[]> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw invalid(`The list of machines ${path} can't be read: ${(cause as Error).message}`, { path });
  }
  const decoded = decodeText(bytes);
  if ('problem' in decoded) throw invalid(`The list of machines ${path} ${decoded.problem}.`, { path });
  return decoded.text.split(/\r?\n/).flatMap((line) => split(line.replace(/#.*/, ''), /[,\s]+/));
}

function split(text: string, separator: string | RegExp): string[] {
  return text
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function invalid(message: string, details: Readonly<Record<string, unknown>>): ServiceError {
  return new ServiceError('INVALID_OPTIONS', message, { details });
}
