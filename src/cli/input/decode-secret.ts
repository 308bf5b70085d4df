import { UsageError } from './usage-error.ts';

/**
 * Decodes a password from standard input: UTF-8 or UTF-16, with or without a byte order mark, as the shells of Windows
 * write them. One line end after it is dropped.
 *
 * @throws UsageError for other encodings, several lines, and nothing; the message has no part of the input.
 */
export function decodeSecret(bytes: Buffer): string {
  const text = decode(bytes).replace(/\r?\n$/, '');
  if (text === '') throw new UsageError('--password-stdin: standard input is empty.');
  if (/[\0\r\n]/.test(text)) throw new UsageError('--password-stdin: standard input must be one line.');
  return text;
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError('--password-stdin: standard input must be UTF-8 or UTF-16.');
  }
}

/** PowerShell writes UTF-16 with a byte order mark, `cmd /u` without one; UTF-8 text of a password has no zero byte. */
function encodingOf(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const zero = bytes.indexOf(0);
  if (zero < 0 || bytes.length % 2 !== 0) return 'utf-8';
  return zero % 2 === 1 ? 'utf-16le' : 'utf-16be';
}
