import { describe, expect, it } from 'vitest';
import { architectureOf } from '../../../src/win32/probe/pe-architecture.ts';
import { writableBy } from '../../../src/win32/probe/writable-by.ts';

describe('architectureOf', () => {
  const program = (machine: number): Buffer => {
    const header = Buffer.alloc(512);
    header.write('MZ');
    header.writeUInt32LE(0x80, 0x3c);
    header.write('PE\0\0', 0x80, 'latin1');
    header.writeUInt16LE(machine, 0x84);
    return header;
  };

  it.each([
    [0x8664, 'x64'],
    [0x14c, 'ia32'],
    [0xaa64, 'arm64'],
    [0x1c0, 'other'],
  ])('%i is %s', (machine, expected) => {
    expect(architectureOf(program(machine))).toBe(expected);
  });

  it.each(['', 'console.log(1)', 'MZ', `MZ${'\0'.repeat(58)}\u00ff\u00ff\0\0`])('%j is no program', (text) => {
    expect(architectureOf(Buffer.from(text, 'latin1'))).toBe('none');
  });
});

describe('writableBy', () => {
  it.each([
    // C:\Program Files: users may read.
    ['D:PAI(A;;FA;;;SY)(A;OICIIO;GA;;;SY)(A;;FA;;;BA)(A;;0x1200a9;;;BU)(A;OICIIO;GXGR;;;BU)', []],
    // A folder made in C:\: authenticated users may change it.
    ['O:BAD:AI(A;OICIID;FA;;;BA)(A;OICIID;0x1200a9;;;BU)(A;ID;0x1301bf;;;AU)', ['Authenticated Users']],
    ['D:(A;OICI;FA;;;WD)(A;;FA;;;BU)(A;;FW;;;BU)', ['Everyone', 'Users']],
    ['D:(A;;FA;;;S-1-1-0)', ['Everyone']],
    // To delete a child, as bits and as letters: what is deleted can be replaced.
    ['D:(A;;0x40;;;BU)', ['Users']],
    ['D:(A;;DT;;;BU)', ['Users']],
    ['D:(A;;CCSWRPWPLOCR;;;BU)', []],
    // For what will be made below only.
    ['D:(A;OICIIO;FA;;;BU)', []],
    ['D:(D;;FA;;;WD)(A;;FA;;;S-1-5-21-1-2-3-1001)', []],
    ['D:NO_ACCESS_CONTROL', ['Everyone']],
    ['O:BAG:SY', ['Everyone']],
    ['D:', []],
  ])('%s', (sddl, expected) => {
    expect(writableBy(sddl)).toEqual(expected);
  });
});
