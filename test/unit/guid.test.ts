import { describe, expect, it } from 'vitest';
import { formatGuid, parseGuid } from '../../src/win32/guid.ts';

const BYTES = Buffer.from('a3be025ae6d24eb50102030405060708', 'hex');
const TEXT = '{5a02bea3-d2e6-b54e-0102-030405060708}';

describe('GUIDs', () => {
  it('are written with the first three parts turned round', () => {
    expect(formatGuid(BYTES)).toBe(TEXT);
  });

  it.each([TEXT, TEXT.toUpperCase(), TEXT.slice(1, -1)])('are read from %s', (text) => {
    expect(parseGuid(text)).toEqual(BYTES);
  });
});
