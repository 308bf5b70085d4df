import { describe, expect, it } from 'vitest';
import { parseSid } from '../../../src/win32/sid.ts';

describe('parseSid', () => {
  // Bytes as ConvertStringSidToSidW gives them.
  it.each([
    ['S-1-5-18', '010100000000000512000000'],
    ['S-1-5-32-544', '01020000000000052000000020020000'],
    ['s-1-5-21-1-2-4294967295', '0104000000000005150000000100000002000000ffffffff'],
  ])('%s', (text, hex) => {
    expect(parseSid(text).toString('hex')).toBe(hex);
  });

  it.each(['', 'S-1-5', 'S-2-5-18', 'S-1-5-4294967296', 'S-1-5-18-', `S-1-5${'-1'.repeat(16)}`])(
    'refuses %j',
    (text) => {
      expect(() => parseSid(text)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }) as Error);
    },
  );
});
