import type { HostSettings } from '../scm/host-settings.ts';

/** Key below that of a service, which Windows' documentation reserves for the service's own settings. */
export const HOST_SETTINGS_KEY = 'Parameters';
/** Value with the settings of a hosted program, as JSON. */
export const HOST_SETTINGS_VALUE = 'WinsvcHost';

/** Parses the text of the value. @throws SyntaxError when it isn't a JSON object */
export function parseHostText(text: string): HostSettings {
  const value: unknown = JSON.parse(text.replace(/\0[^]*$/, ''));
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new SyntaxError('It is not a JSON object.');
}
