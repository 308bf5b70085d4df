import { describe, expect, it } from 'vitest';
import { POWER_SETTINGS } from '../../../src/scm/notifications.ts';
import { parseGuid } from '../../../src/win32/guid.ts';
import { decodePowerSetting, powerSettingGuid } from '../../../src/win32/host/power-settings.ts';

const dword = (value: number): Uint8Array => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return Uint8Array.from(bytes);
};

describe('decodePowerSetting', () => {
  it.each([
    ['powerSource', 0, 'ac'],
    ['powerSource', 1, 'battery'],
    ['powerSource', 2, 'ups'],
    ['batteryPercentage', 0, 0],
    ['batteryPercentage', 100, 100],
    ['monitor', 0, 'off'],
    ['monitor', 1, 'on'],
    ['monitor', 2, 'dimmed'],
    ['monitorPower', 1, 'on'],
    ['lid', 0, 'closed'],
    ['lid', 1, 'open'],
    ['powerSaving', 0, 'off'],
    ['energySaver', 2, 'high'],
    ['awayMode', 1, 'entering'],
    ['userPresence', 0, 'present'],
    ['userPresence', 2, 'inactive'],
    ['idleBackgroundTask', 0, undefined],
    ['monitor', 9, 'unknown'],
  ] as const)('%s %i is %s', (name, number, value) => {
    const guid = powerSettingGuid(name);
    expect(decodePowerSetting(guid, dword(number))).toEqual({ name, value, guid, data: dword(number) });
  });

  it.each([
    ['{8c5e7fda-e8bf-4a96-9a85-a6e23a8c635c}', 'highPerformance'],
    ['{381b4222-f694-41f0-9685-ff5bb260df2e}', 'balanced'],
    ['{a1841308-3541-4fab-bc81-f71556f20b4a}', 'powerSaver'],
    ['{01234567-89ab-cdef-0102-030405060708}', 'unknown'],
  ])('the scheme %s is %s', (scheme, value) => {
    const setting = decodePowerSetting(powerSettingGuid('powerScheme'), Uint8Array.from(parseGuid(scheme)));
    expect(setting).toMatchObject({ name: 'powerScheme', value });
  });

  it('leaves a setting without a name as it came', () => {
    const guid = '{01234567-89ab-cdef-0102-030405060708}';
    expect(decodePowerSetting(guid, dword(7))).toEqual({ name: undefined, value: undefined, guid, data: dword(7) });
    expect(powerSettingGuid(guid)).toBe(guid);
  });

  it.each(POWER_SETTINGS)('takes %s without data, which no page documents', (name) => {
    expect(() => decodePowerSetting(powerSettingGuid(name), new Uint8Array())).not.toThrow();
  });

  it('gives each name a GUID of its own', () => {
    expect(new Set(POWER_SETTINGS.map(powerSettingGuid)).size).toBe(POWER_SETTINGS.length);
  });
});
