import { readFileSync } from 'node:fs';

/** Addresses in the last record that a hosted program was ready; none when the log has no such record. */
export function readyAddresses(logFile: string): readonly string[] {
  let text: string;
  try {
    text = readFileSync(logFile, 'utf8');
  } catch {
    return [];
  }
  const line = text.split('\n').findLast((candidate) => candidate.includes('"addresses"'));
  try {
    const { addresses } = JSON.parse(line ?? '{}') as { addresses?: readonly string[] };
    return addresses ?? [];
  } catch {
    return [];
  }
}
