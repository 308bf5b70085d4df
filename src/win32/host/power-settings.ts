import type { PowerSetting, PowerSettingName } from '../../scm/notifications.ts';
import { formatGuid } from '../guid.ts';

type Values = readonly string[] | 'number' | 'scheme' | 'none';

/**
 * Power settings with a name: their GUIDs (winnt.h), and the meaning of their DWORD.
 *
 * Source: https://learn.microsoft.com/windows/win32/power/power-setting-guids
 */
const SETTINGS: Readonly<Record<PowerSettingName, { readonly guid: string; readonly values: Values }>> = {
  powerSource: { guid: '{5d3e9a59-e9d5-4b00-a6bd-ff34ff516548}', values: ['ac', 'battery', 'ups'] },
  batteryPercentage: { guid: '{a7ad8041-b45a-4cae-87a3-eecbb468a9e1}', values: 'number' },
  monitor: { guid: '{6fe69556-704a-47a0-8f24-c28d936fda47}', values: ['off', 'on', 'dimmed'] },
  monitorPower: { guid: '{02731015-4510-4526-99e6-e5a17ebd1aea}', values: ['off', 'on'] },
  lid: { guid: '{ba3e0f4d-b817-4094-a2d1-d56379e6a0f3}', values: ['closed', 'open'] },
  powerSaving: { guid: '{e00958c0-c213-4ace-ac77-fecced2eeea5}', values: ['off', 'on'] },
  energySaver: { guid: '{550e8400-e29b-41d4-a716-446655440000}', values: ['off', 'standard', 'high'] },
  awayMode: { guid: '{98a7f580-01f7-48aa-9c0f-44352c29e5c0}', values: ['exiting', 'entering'] },
  userPresence: { guid: '{786e8a1d-b427-4344-9207-09e70bdcbea9}', values: ['present', 'notPresent', 'inactive'] },
  powerScheme: { guid: '{245d8541-3943-4422-b025-13a784f679b7}', values: 'scheme' },
  idleBackgroundTask: { guid: '{515c31d8-f734-163d-a0fd-11a08c91e8f1}', values: 'none' },
};

/** GUID_POWERSCHEME_PERSONALITY: GUID_MIN_POWER_SAVINGS, GUID_TYPICAL_POWER_SAVINGS, GUID_MAX_POWER_SAVINGS. */
const SCHEMES: Readonly<Record<string, 'highPerformance' | 'balanced' | 'powerSaver'>> = {
  '{8c5e7fda-e8bf-4a96-9a85-a6e23a8c635c}': 'highPerformance',
  '{381b4222-f694-41f0-9685-ff5bb260df2e}': 'balanced',
  '{a1841308-3541-4fab-bc81-f71556f20b4a}': 'powerSaver',
};
const GUID_BYTES = 16;

/** Returns the GUID of a setting that is given by its name or as a GUID. */
export function powerSettingGuid(setting: string): string {
  return (SETTINGS as Readonly<Record<string, { guid: string } | undefined>>)[setting]?.guid ?? setting;
}

/** Decodes the data of PBT_POWERSETTINGCHANGE, in words if the setting is known. Never throws: Windows may send less than it documents. */
export function decodePowerSetting(guid: string, data: Uint8Array): PowerSetting {
  const known = Object.entries(SETTINGS).find(([, setting]) => setting.guid === guid);
  const [name, value] = known ? [known[0], valueOf(known[1].values, Buffer.from(data))] : [undefined, undefined];
  return { name, value, guid, data } as PowerSetting;
}

function valueOf(values: Values, data: Buffer): string | number | undefined {
  if (values === 'none') return undefined;
  if (values === 'scheme') return data.length < GUID_BYTES ? 'unknown' : (SCHEMES[formatGuid(data)] ?? 'unknown');
  // A DWORD; some systems send a single byte.
  const number = data.length >= 4 ? data.readUInt32LE(0) : (data[0] ?? Number.NaN);
  return values === 'number' ? number : (values[number] ?? 'unknown');
}
