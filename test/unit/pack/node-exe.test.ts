import { NtExecutable, NtExecutableResource } from 'pe-library';
import { describe, expect, it } from 'vitest';
import { injectProgram, readNodeVersion } from '../../../src/pack/sea/node-exe.ts';

const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:';

/** An exe with the resources of node.exe that matter here. @param text put behind the exe, as if it were data of it */
function exeWith(version: string | undefined, fuse: string): Uint8Array {
  const file = NtExecutable.createEmpty(false, false);
  const resources = NtExecutableResource.from(file);
  if (version !== undefined) {
    const text = Buffer.from(`ProductName\0Node.js\0ProductVersion\0${version}\0`, 'utf16le');
    resources.entries.push({ type: 16, id: 1, lang: 1033, codepage: 0, bin: Uint8Array.from(text).buffer });
  }
  // Stands for the constant in the code.
  resources.entries.push({ type: 10, id: 1, lang: 0, codepage: 0, bin: Uint8Array.from(Buffer.from(fuse)).buffer });
  resources.outputResource(file);
  return new Uint8Array(file.generate());
}

describe('a node.exe', () => {
  it.each(['22.23.3', '24.0.0', '20.19.0'])('says its version, %s', (version) => {
    expect(readNodeVersion(exeWith(version, `${FUSE}0`))).toBe(version);
  });

  it('without a version says none', () => {
    expect(readNodeVersion(exeWith(undefined, `${FUSE}0`))).toBeUndefined();
  });

  it('gets a program, and the mark that Node looks for', () => {
    const made = injectProgram(exeWith('22.23.3', `${FUSE}0`), Buffer.from('the program'));
    const bytes = Buffer.from(made as Uint8Array);
    expect(bytes.includes(`${FUSE}1`)).toBe(true);
    expect(bytes.includes(`${FUSE}0`)).toBe(false);
    const { entries } = NtExecutableResource.from(NtExecutable.from(bytes));
    const found = entries.find(({ id }) => id === 'NODE_SEA_BLOB');
    expect([found?.type, Buffer.from(found?.bin ?? new ArrayBuffer(0)).toString()]).toEqual([10, 'the program']);
  });

  it.each([
    ['with a program inside already', `${FUSE}1`],
    ['that can have none', 'nothing'],
  ])('%s is refused', (_, fuse) => {
    expect(injectProgram(exeWith('22.23.3', fuse), Buffer.from('x'))).toBeUndefined();
  });
});
