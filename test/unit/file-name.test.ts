import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logFileName } from '../../src/logging/log-names.ts';
import { toFileName } from '../../src/util/file-name.ts';
import { serviceRoots } from '../../src/util/service-folder.ts';
import { numRuns } from '../support/num-runs.ts';

const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])( *\.|$)/i;

describe('the file name of a service', () => {
  it.each([
    ['OrdersApi', 'OrdersApi'],
    ['Orders API 東京', 'Orders API 東京'],
    ['svc:1', 'svc~3A1'],
    ['svc_1', 'svc_1'],
    ['svc~3A1', 'svc~7E3A1'],
    ['..', '.~2E'],
    ['.', '~2E'],
    ['a.', 'a~2E'],
    ['a ', 'a~20'],
    ['CON', '~43ON'],
    ['con.x', '~63on.x'],
    ['COM¹', '~43OM¹'],
    ['LPT9 .txt', '~4CPT9 .txt'],
    ['CONSOLE', 'CONSOLE'],
    ['a\u0000b', 'a~00b'],
    ['a/b\\c', 'a~2Fb~5Cc'],
    ['\ud800', '~uD800'],
    ['svc.out', 'svc~2Eout'],
    ['svc.20260101T000000-000', 'svc~2E20260101T000000-000'],
    ['svc.v2', 'svc.v2'],
  ])('of %j is %j', (name, expected) => {
    expect(toFileName(name)).toBe(expected);
  });

  it('is short for a name of 256 characters, and different for different ones', () => {
    const names = [
      'x'.repeat(256),
      `${'x'.repeat(255)}y`,
      '東'.repeat(256),
      '😀'.repeat(128),
      ':'.repeat(256),
      '.'.repeat(256),
    ];
    const files = names.map((name) => toFileName(name));
    expect(new Set(files).size).toBe(names.length);
    for (const file of files) expect(Buffer.byteLength(`${file}.out.20260101T000000-000.log.gz.tmp`)).toBeLessThan(255);
    expect(toFileName('X'.repeat(256)).toLowerCase()).toBe(toFileName('x'.repeat(256)).toLowerCase());
  });

  const name = fc.oneof(
    fc.string({ minLength: 1, maxLength: 256, unit: 'binary' }),
    fc.string({
      minLength: 1,
      maxLength: 8,
      unit: fc.constantFrom(':', '_', '~', '.', ' ', '3', 'A', 'a', '\\', 'h', 'u'),
    }),
    fc
      .tuple(fc.constantFrom('con', 'NUL', 'Com1', 'LPT²', 'aux'), fc.constantFrom('', '.', ' ', '.x', 'x', ' .y'))
      .map((parts) => parts.join('')),
  );

  it('is safe on Windows, whatever the name', () => {
    fc.assert(
      fc.property(name, (given) => {
        const file = toFileName(given);
        expect(file).not.toMatch(/[<>:"|?*\\/\u0000-\u001f]|[. ]$|^$/);
        expect(Buffer.from(file).toString()).toBe(file);
        expect(file).not.toMatch(DEVICE);
        expect(file.length).toBeLessThanOrEqual(82);
      }),
      { numRuns },
    );
  });

  it('is the same only for names that mean the same service', () => {
    fc.assert(
      fc.property(name, name, (one, two) => {
        const same = toFileName(one).toLowerCase() === toFileName(two).toLowerCase();
        expect(same).toBe(one.toLowerCase() === two.toLowerCase());
        fc.pre(one.toLowerCase() !== two.toLowerCase());
        const files = (service: string): string[] =>
          (['log', 'stdout', 'stderr'] as const).map((stream) => logFileName(service, stream).toLowerCase());
        expect(files(one).filter((file) => files(two).includes(file))).toEqual([]);
      }),
      { numRuns },
    );
  });
});

describe('the folders of services', () => {
  it('are never in a folder where every user can write', () => {
    expect(serviceRoots().join()).not.toMatch(/public/i);
  });
});
