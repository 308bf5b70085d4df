import { describe, expect, it } from 'vitest';
import { ownEntries, privateAccess, readableAccess, withAccess } from '../../../src/win32/folders/access-lists.ts';
import { canWrite } from '../../../src/win32/folders/can-write.ts';
import { knownSid, serviceSid } from '../../../src/win32/folders/sids.ts';
import { requireTrusted } from '../../../src/win32/folders/trust.ts';

const BOB = 'S-1-5-21-1-2-3-1001';
const own = serviceSid('Orders');
const facts = { isFolder: true, isReparsePoint: false, owner: 'S-1-5-18', sddl: 'D:P' };

describe('security identifiers', () => {
  it('of a service are those that Windows makes', () => {
    // Documented by Microsoft as the owner of system files.
    const expected = 'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464';
    expect([serviceSid('TrustedInstaller'), serviceSid('trustedINSTALLER')]).toEqual([expected, expected]);
  });

  it('of accounts are known by name where Windows names them so', () => {
    expect(
      ['LocalSystem', '.\\LocalSystem', 'NT AUTHORITY\\LocalService', 'nt authority\\network service'].map(knownSid),
    ).toEqual(['S-1-5-18', 'S-1-5-18', 'S-1-5-19', 'S-1-5-20']);
    expect(knownSid('NT SERVICE\\Orders')).toBe(own);
    expect([knownSid('.\\bob'), knownSid('DOMAIN\\svc$')]).toEqual([undefined, undefined]);
  });
});

describe('a folder of a service', () => {
  it('is trusted when SYSTEM, administrators or the service own it', () => {
    for (const owner of ['S-1-5-18', 'S-1-5-32-544', own, BOB])
      requireTrusted('C:\\x', { ...facts, owner }, [own, BOB]);
  });

  it.each([
    ['is a link', { isReparsePoint: true }, 'is a link'],
    ['is a link of SYSTEM', { isReparsePoint: true, owner: 'S-1-5-18' }, 'is a link'],
    ['belongs to another user', { owner: BOB }, `icacls "C:\\x" /setowner *S-1-5-32-544`],
    ['belongs to another service', { owner: serviceSid('Other') }, 'belongs to S-1-5-80-'],
    ['is a file', { isFolder: false }, 'is a file'],
  ])('is refused when it %s', (_, change, message) => {
    expect(() => {
      requireTrusted('C:\\x', { ...facts, ...change }, [own]);
    }).toThrow(
      expect.objectContaining({ code: 'FOLDER_REFUSED', message: expect.stringContaining(message) as string }),
    );
  });
});

describe('the access list of a folder', () => {
  it('lets the account and the service write, and nobody else', () => {
    const list = privateAccess([BOB, own]);
    expect([canWrite(list, [BOB]), canWrite(list, [own]), canWrite(list, ['S-1-5-18'])]).toEqual([true, true, true]);
    expect([canWrite(list, ['S-1-5-21-1-2-3-1002']), canWrite(list, ['S-1-5-20'])]).toEqual([false, false]);
    expect(list).toContain('D:P');
    // Every user may read what is in it, and write nothing.
    expect(canWrite(readableAccess([own]), [BOB])).toBe(false);
  });

  it.each([
    ['D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;OW)', false],
    ['D:AI(A;OICIID;0x1301bf;;;AU)', true],
    ['D:AI(A;OICIIOID;FA;;;WD)', false],
    ['D:(D;OICI;FA;;;BU)(A;OICI;FA;;;WD)', false],
    ['D:(A;OICI;0x1200a9;;;BU)', false],
    [`D:(A;;FW;;;${BOB})`, true],
    ['O:BA', true],
    ['D:NO_ACCESS_CONTROL', true],
  ])('%s lets an account write: %s', (sddl, expected) => {
    expect(canWrite(sddl, [BOB])).toBe(expected);
  });
});

describe('the access list of a folder that exists', () => {
  it('keeps its entries and gets those that are missing', () => {
    const list = 'D:AI(A;OICIID;FA;;;SY)(D;;FW;;;BG)(A;ID;0x1200a9;;;BU)';
    expect(withAccess(list, [own])).toBe(`D:P(A;OICI;FA;;;SY)(D;;FW;;;BG)(A;;0x1200a9;;;BU)(A;OICI;FA;;;${own})`);
    expect(ownEntries(list)).toBe('D:AI(A;OICI;FA;;;SY)(D;;FW;;;BG)(A;;0x1200a9;;;BU)');
  });

  it('is left alone when the account and the service have their entries, or everyone has access', () => {
    expect(withAccess(privateAccess([own, BOB]), [BOB, own])).toBeUndefined();
    expect(withAccess('D:NO_ACCESS_CONTROL', [own])).toBeUndefined();
  });

  it('names the service itself where a group has access: a restricted token needs that', () => {
    expect(withAccess('D:(A;OICI;FA;;;BU)', [own])).toContain(own);
  });

  it('loses the entries of a former account', () => {
    expect(withAccess(privateAccess([BOB]), [own], BOB)).toBe(privateAccess([own]));
  });
});
