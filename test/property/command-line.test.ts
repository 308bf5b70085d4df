import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildCommandLine, isUnquotedPath, parseCommandLine } from 'winsvc/manager';
import { tricky } from './arbitraries.ts';
import { numRuns } from '../support/num-runs.ts';

const file = fc.oneof(tricky, fc.string()).map((it) => it.replace(/["\0]/g, '_'));

describe('buildCommandLine', () => {
  it('gives what parseCommandLine takes apart again', () => {
    fc.assert(
      fc.property(
        file,
        fc.array(fc.oneof(tricky, fc.string({ unit: 'binary' })), { maxLength: 6 }),
        (program, args) => {
          expect(parseCommandLine(buildCommandLine(program, args))).toEqual({ file: program, args });
        },
      ),
      { numRuns: 3 * numRuns },
    );
  });

  it('never leaves the program open to a path with a space', () => {
    fc.assert(
      fc.property(file, (program) => {
        expect(isUnquotedPath(buildCommandLine(program, []))).toBe(false);
      }),
      { numRuns },
    );
  });
});
