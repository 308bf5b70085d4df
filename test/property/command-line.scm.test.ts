import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCommandLine, parseCommandLine } from 'winsvc/manager';
import { openRig } from '../../rig/rig.mjs';
import { tricky } from './arbitraries.ts';

const CASES = 4_000;
const BATCH = 500;

describe('command lines, against the real CommandLineToArgvW', () => {
  let rig: Awaited<ReturnType<typeof openRig>>;
  beforeAll(async () => {
    rig = await openRig();
  });
  afterAll(() => rig.close());

  /** One request on the wire at a time costs more than the call. */
  async function split(lines: readonly string[]): Promise<string[][]> {
    const results: string[][] = [];
    for (let at = 0; at < lines.length; at += BATCH)
      results.push(...(await Promise.all(lines.slice(at, at + BATCH).map((line) => rig.agent.commandLine(line)))));
    return results;
  }

  it(`gives back what buildCommandLine was given, ${CASES} times`, async () => {
    const args = fc.array(
      fc.oneof(
        tricky,
        fc.string({ unit: 'grapheme' }).filter((it) => !it.includes('\0')),
      ),
      { maxLength: 6 },
    );
    const program = tricky.map((it) => it.replaceAll('"', '_')).filter((it) => it !== '');
    const cases = fc.sample(fc.tuple(program, args), CASES);
    const real = await split(cases.map(([file, list]) => buildCommandLine(file, list)));
    expect(real).toEqual(cases.map(([file, list]) => [file, ...list]));
  });

  it(`splits any line as parseCommandLine does, ${CASES} times`, async () => {
    const lines = fc.sample(
      fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\t', '"', '\\'), minLength: 1, maxLength: 20 }),
      CASES,
    );
    const real = await split(lines);
    const ours = lines.map((line) => {
      const { file, args } = parseCommandLine(line);
      return [file, ...args];
    });
    const wrong = lines
      .map((line, i) => ({ line, ours: ours[i], real: real[i] }))
      .filter((it) => JSON.stringify(it.ours) !== JSON.stringify(it.real));
    expect(wrong.slice(0, 20)).toEqual([]);
  });
});
