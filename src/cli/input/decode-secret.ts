import { UsageError } from './usage-error.ts';

const NEWLINE = 10;

/** The option that a secret is read for, and its form. */
export interface SecretInput {
  /** Option in messages. Default `'--password-stdin'`. */
  readonly option?: string;
  /** `true`: the secret may have several lines, as a key in PEM form has. Default `false`. */
  readonly multiline?: boolean;
}

/**
 * Decodes a secret from standard input: UTF-8 or UTF-16, with or without a byte order mark, as the shells of Windows
 * write them. One line end after it is dropped.
 *
 * @throws UsageError for other encodings, NUL characters, several lines, and nothing; the message has no part of the input.
 */
export function decodeSecret(
  bytes: Buffer,
  { option = '--password-stdin', multiline = false }: SecretInput = {},
): string {
  const text = decode(bytes, option).replace(/\r?\n$/, '');
  if (text === '') throw new UsageError(`${option}: standard input is empty.`);
  if (text.includes('\0')) throw new UsageError(`${option}: standard input must be text, without NUL characters.`);
  if (!multiline && /[\r\n]/.test(text)) throw new UsageError(`${option}: standard input must be one line.`);
  return text;
}

function decode(bytes: Buffer, option: string): string {
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${option}: standard input must be UTF-8 or UTF-16.`);
  }
}

/** PowerShell writes UTF-16 with a byte order mark, `cmd /u` without one. */
function encodingOf(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (isUtf16(bytes, 1)) return 'utf-16le';
  return isUtf16(bytes, 0) ? 'utf-16be' : 'utf-8';
}

/** Recognizes UTF-16 by its line end, or by nothing but Latin letters. A NUL alone doesn't make UTF-8 text UTF-16. */
function isUtf16(bytes: Buffer, highByte: 0 | 1): boolean {
  if (bytes.length === 0 || bytes.length % 2 !== 0) return false;
  const [high, low] = highByte === 1 ? [bytes.at(-1), bytes.at(-2)] : [bytes.at(-2), bytes.at(-1)];
  if (high === 0 && low === NEWLINE) return true;
  for (let at = highByte; at < bytes.length; at += 2) if (bytes[at] !== 0) return false;
  return true;
}
