import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlobReader, BlobWriter, decodeMultiText, encodeMultiText } from '../../src/win32/scm/blob.ts';
import { LEVELS } from '../../src/win32/scm/levels.ts';
import { scmStructs } from '../../src/win32/scm/structs.ts';
import { parseSpec } from '../../src/manager/spec/parse-spec.ts';
import { filled, recovery, text, trigger } from './arbitraries.ts';
import { numRuns } from '../support/num-runs.ts';

/** Both far from 0, as real memory is; that of ia32 fits its pointers. */
const BASES = { 8: 0x1234_5678_9000n, 4: 0x7654_3000n } as const;
const dword = fc.integer({ min: 0, max: 0xffff_fffe });

/** What each setting can be. `null` and the empty text are the same to the SCM. */
const VALUES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  description: fc.option(filled, { nil: null }),
  recovery: recovery.map(
    (value) =>
      parseSpec({
        mode: 'configure',
        name: 'Any',
        spec: { recovery: { ...value, actions: [{ type: 'none' }, ...value.actions] } },
        plan: true,
      }).recovery,
  ),
  recoverOnFailureExit: fc.boolean(),
  sidType: fc.constantFrom('none', 'unrestricted', 'restricted'),
  requiredPrivileges: fc.array(filled, { maxLength: 5 }),
  preshutdownTimeout: dword,
  triggers: fc.array(trigger, { maxLength: 5 }),
  preferredNode: fc.integer({ min: 0, max: 0xffff }),
  launchProtected: fc.constantFrom('none', 'windows', 'windowsLight', 'antimalwareLight'),
};

describe.each([8, 4] as const)('the levels, with pointers of %d bytes', (pointerBytes) => {
  const structs = scmStructs(pointerBytes);
  it.each(LEVELS)('$setting is read as it was written', ({ setting, write, read }) => {
    fc.assert(
      fc.property(VALUES[setting] ?? fc.constant(undefined), (value) => {
        const writer = new BlobWriter(BASES[pointerBytes]);
        write(writer, structs, value as never);
        expect(read(new BlobReader(writer.bytes, writer.base), structs)).toEqual(value);
      }),
      { numRuns },
    );
  });

  it('reads every structure as it was written', () => {
    for (const struct of Object.values(structs) as (typeof structs.SC_ACTION)[]) {
      fc.assert(
        fc.property(fc.uint8Array({ minLength: struct.size, maxLength: struct.size }), (bytes) => {
          const value = struct.read(Buffer.from(bytes));
          expect(struct.read(struct.make(value))).toEqual(value);
        }),
        { numRuns: Math.ceil(numRuns / 20) },
      );
    }
  });
});

describe('a list of texts', () => {
  it('is read as it was written, whatever comes behind', () => {
    fc.assert(
      fc.property(fc.array(filled), fc.uint8Array(), (list, rest) => {
        expect(decodeMultiText(Buffer.concat([encodeMultiText(list), rest]))).toEqual(list);
      }),
    );
  });

  it('ends with two NULs, also when it is empty', () => {
    fc.assert(
      fc.property(fc.array(text.filter((it) => it !== '')), (list) => {
        expect(encodeMultiText(list).subarray(-4).toString('utf16le')).toMatch(/\0\0$/);
      }),
    );
  });
});
