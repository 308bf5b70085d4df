import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { decodeSecret } from '../../../src/cli/input/decode-secret.ts';
import { numRuns } from '../../support/num-runs.ts';

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

describe('a password on standard input', () => {
  it.each<[string, (text: string) => Buffer]>([
    ['UTF-8', (text) => Buffer.from(text)],
    ['UTF-8 with a byte order mark', (text) => Buffer.from(`\ufeff${text}`)],
    ['UTF-16 with a byte order mark', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['big-endian UTF-16 with a byte order mark', (text) => utf16be(`\ufeff${text}`)],
  ])('is read from %s, whatever its characters', (_name, encode) => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.constantFrom('', '\n', '\r\n'), (text, end) => {
        fc.pre(!/[\0\r\n\ufeff]/.test(text));
        expect(decodeSecret(encode(text + end))).toBe(text);
      }),
      { numRuns },
    );
  });

  it.each(['geheim', 'pässwörd', 'x'])('is read from UTF-16 without a byte order mark: %s', (text) => {
    expect(decodeSecret(Buffer.from(`${text}\r\n`, 'utf16le'))).toBe(text);
    expect(decodeSecret(utf16be(`${text}\r\n`))).toBe(text);
  });

  it.each<[string, Buffer]>([
    ['several lines', Buffer.from('secret1\nsecret2\n')],
    ['nothing', Buffer.from('')],
    ['a line end alone', Buffer.from('\r\n')],
    ['Windows-1252', Buffer.from('secret\u00e4', 'latin1')],
    ['binary data', Buffer.from([0x73, 0, 0x65, 1, 0, 0, 7])],
  ])('is refused when it is %s, and is not in the message', (_name, bytes) => {
    expect(() => decodeSecret(bytes)).toThrow(/^--password-stdin: standard input (?:is|must be) [^s]*/);
    expect(() => decodeSecret(bytes)).not.toThrow(/secret/);
  });
});
