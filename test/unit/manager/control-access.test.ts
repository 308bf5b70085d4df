import { describe, expect, it } from 'vitest';
import { createMockScm } from 'winsvc/testing';
import { grantControl, mayControl, revokeControl } from '../../../src/manager/settings/control-access.ts';

const SID = 'S-1-5-80-1-2-3-4-5';
const DACL = 'D:(A;;CCLCSWRPWPDTLOCRRC;;;SY)(A;;CCLCSWLOCRRC;;;IU)';
const ENTRY = `(A;;CCLCSWRPWPDTLOCRRC;;;${SID})`;

describe('the right to control a service', () => {
  it('is an entry at the end of the access list, once', () => {
    const granted = grantControl(`O:SYG:SY${DACL}S:(AU;FA;CC;;;WD)`, SID);
    expect(granted).toBe(DACL + ENTRY);
    expect(grantControl(granted!, SID)).toBeUndefined();
  });

  it('is taken back without touching other entries', () => {
    const other = ENTRY.replace('-5)', '-6)');
    expect(revokeControl(`O:SY${DACL}${ENTRY}${other}`, SID)).toBe(DACL + other);
    expect(revokeControl(DACL, SID)).toBeUndefined();
  });

  it.each(['', 'O:SYG:SY', 'D:', 'D:P', 'D:PAI(A;;GA;;;BA)'])('keeps the flags of %j', (descriptor) => {
    const granted = grantControl(descriptor, SID)!;
    expect(granted.endsWith(ENTRY)).toBe(true);
    expect(revokeControl(granted, SID)).toBe(granted.slice(0, -ENTRY.length));
  });

  it.each<[string, string, boolean]>([
    ['the default access list', DACL, false],
    ['an entry for the account', DACL + ENTRY, true],
    ['the same in another spelling', `D:(A;;0x201fd;;;${SID})`, true],
    ['generic rights', `D:(A;;GRGX;;;${SID})`, true],
    ['rights of everyone', 'D:(A;;GA;;;WD)', true],
    ['rights of everyone, by SID', 'D:(A;;GA;;;S-1-1-0)', true],
    ['rights of services', 'D:(A;;LCRPWP;;;SU)', true],
    ['rights of administrators only', 'D:(A;;GA;;;BA)', false],
    ['a stop that is missing', `D:(A;;LCRP;;;${SID})`, false],
    ['rights in two entries', `D:(A;;LCRP;;;AU)(A;;WP;;;${SID})`, true],
    ['a refusal before the permission', `D:(D;;WP;;;AU)(A;;GA;;;${SID})`, false],
    ['a refusal after it, which is never reached', `D:(A;;GA;;;${SID})(D;;WP;;;AU)`, true],
    ['an entry for another service', `D:(A;;GA;;;${SID}1)`, false],
    ['no access list', 'O:SYG:SY', false],
  ])('is read from %s', (_what, descriptor, expected) => {
    expect(mayControl(descriptor, SID)).toBe(expected);
  });

  it('can be given and taken by the manager', async () => {
    const manager = createMockScm().manager();
    for (const name of ['Orders', 'WinsvcAdmin']) await manager.install({ name, imagePath: 'C:\\a.exe' });
    const orders = manager.service('Orders');
    const before = (await orders.config()).securityDescriptor;
    expect(await orders.grantControl('NT SERVICE\\WinsvcAdmin')).toBe(true);
    expect((await orders.config()).securityDescriptor).toMatch(/\(A;;CCLCSWRPWPDTLOCRRC;;;S-1-[\dA-F-]+\)/);
    expect(await orders.grantControl('NT SERVICE\\WinsvcAdmin')).toBe(false);
    expect(await orders.canBeControlledBy('NT SERVICE\\WinsvcAdmin')).toBe(true);
    expect(await orders.revokeControl('NT SERVICE\\WinsvcAdmin')).toBe(true);
    expect(await orders.canBeControlledBy('NT SERVICE\\WinsvcAdmin')).toBe(false);
    expect((await orders.config()).securityDescriptor).toBe(before);
  });
});
