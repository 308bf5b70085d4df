import { describe, expect, it } from 'vitest';
import { OverflowBuffer } from '../../../src/logging/write/overflow-buffer.ts';
import { parseLogLine } from '../../../src/logging/read/log-line.ts';
import { openServiceLogs } from '../../../src/logging/write/service-logs.ts';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.ts';

const MI = 2 ** 20;

describe('OverflowBuffer', () => {
  it('marks dropped output where it is missing, and counts it', () => {
    const buffer = new OverflowBuffer(4 * MI, (writes) => `[${writes}]`);
    for (let i = 0; i < 34; i++) buffer.add('a'.repeat(MI));
    buffer.add('b');
    buffer.add('c');
    const taken: string[] = [];
    buffer.moveTo((piece) => taken.push(piece.slice(0, 1).toString()) <= 20);
    buffer.add('d');
    buffer.moveTo((piece) => taken.push(piece.toString().slice(0, 5)) > 0);
    expect(taken.slice(-3)).toEqual(['a'.repeat(5), '[3]', 'd']);
    expect(buffer.isEmpty).toBe(true);
  });

  it('keeps a copy of bytes, which belong to the writer', () => {
    const buffer = new OverflowBuffer(64, String);
    const bytes = Buffer.from('before');
    buffer.add(bytes);
    bytes.fill('x');
    const taken: string[] = [];
    buffer.moveTo((piece) => taken.push(Buffer.from(piece as Uint8Array).toString()) > 0);
    expect(taken).toEqual(['before']);
  });

  it('never divides a character', () => {
    const buffer = new OverflowBuffer(12, String);
    buffer.add('😀😀😀a😀');
    const taken: string[] = [];
    buffer.moveTo((piece) => taken.push(piece as string) > 0);
    expect(taken.join('')).toBe('😀😀😀a😀');
    expect(taken.map((piece) => Buffer.from(piece).toString())).toEqual(taken);
  });
});

describe('the mark in a log whose disk was gone', () => {
  it('is a line of JSON as the others are', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'winsvc dropped '));
    // Not a folder, so nothing can be written.
    writeFileSync(join(parent, 'logs'), '');
    const logs = openServiceLogs(
      'Dropped',
      { dir: join(parent, 'logs'), maxSize: '1G', captureOutput: false },
      () => undefined,
    );
    for (let i = 0; i < 6; i++) logs.log.write('info', 'x'.repeat(8 * MI));
    rmSync(join(parent, 'logs'));
    const path = join(parent, 'logs', 'Dropped.log');
    await eventually(() => {
      expect(existsSync(path)).toBe(true);
    });
    logs.close();
    const lines = readFileSync(path, 'utf8').trim().split('\n').map(parseLogLine);
    expect(lines.at(-1)).toMatchObject({ level: 'warn', data: { dropped: expect.any(Number) as number } });
    expect(lines.every(({ time }) => time !== undefined)).toBe(true);
    rmSync(parent, { recursive: true });
  });
});
