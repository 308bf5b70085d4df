import type { AdminService } from '../api/schemas/service.ts';

/** Words and colors of the states of a service. */
export const STATE_WORDS: Readonly<Record<AdminService['state'], readonly [words: string, color: string]>> = {
  running: ['running', 'good'],
  stopped: ['stopped', 'off'],
  paused: ['paused', 'warn'],
  startPending: ['starting', 'warn'],
  stopPending: ['stopping', 'warn'],
  pausePending: ['pausing', 'warn'],
  continuePending: ['resuming', 'warn'],
};

const UNITS: readonly (readonly [seconds: number, unit: string])[] = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
  [1, 's'],
];

/** A length of time in its two largest units: `3 d 4 h`. */
export function timeWords(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const first = UNITS.findIndex(([size]) => whole >= size);
  if (first < 0) return '0 s';
  const [size, unit] = UNITS[first] ?? [1, 's'];
  const [nextSize, nextUnit] = UNITS[first + 1] ?? [1, ''];
  const rest = Math.floor((whole % size) / nextSize);
  return `${Math.floor(whole / size)} ${unit}${rest > 0 && nextUnit !== '' ? ` ${rest} ${nextUnit}` : ''}`;
}

/** A number of bytes: `84 MB`. */
export function bytesWords(bytes: number): string {
  const mega = bytes / 1_048_576;
  return mega >= 1_024 ? `${(mega / 1_024).toFixed(1)} GB` : `${mega.toFixed(mega < 10 ? 1 : 0)} MB`;
}

/** A moment in the time zone of the reader, with its date. */
export function momentWords(moment: string | undefined): string {
  return moment === undefined
    ? ''
    : new Date(moment).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
}

/** Time of day for today, date and time otherwise. */
export function shortMoment(moment: string): string {
  const date = new Date(moment);
  const today = date.toDateString() === new Date().toDateString();
  return today
    ? date.toLocaleTimeString()
    : date.toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'medium' });
}

const REQUEST_WORDS: Readonly<Record<string, string>> = {
  createOperation: 'asked for an action',
  abandonOperation: 'ended the wait for an action',
  putService: 'installed or changed it',
  deleteService: 'uninstalled it',
  patchConfig: 'changed settings',
  pauseTarget: 'paused the watchdog',
  resumeTarget: 'resumed the watchdog',
  reloadConfig: 'reloaded the configuration',
  login: 'signed in',
  // Of a change of settings: what is different now.
  result: 'changed',
  logout: 'signed out',
};

/** A request of the audit log in words. */
export function requestWords(action: string): string {
  return REQUEST_WORDS[action] ?? action;
}

interface Recovery {
  readonly actions?: readonly { readonly type: string; readonly delay?: number | string }[];
  readonly resetPeriod?: number | string | null;
}

const ACTION_WORDS: Readonly<Record<string, string>> = {
  none: 'nothing',
  reboot: 'reboot',
  restart: 'restart',
  runCommand: 'run command',
};

/** A setting as words: `preshutdownTimeout` → `Preshutdown timeout`. */
export function settingWords(setting: string): string {
  const words = setting.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A value of a setting, for people. */
export function valueWords(value: unknown, setting = ''): string {
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (setting === 'preshutdownTimeout') return durationWords(value);
  if (setting === 'recovery') return recoveryWords(value);
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(', ') || '–';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  return Object.keys(value).length === 0 ? '–' : JSON.stringify(value);
}

function recoveryWords({ actions = [], resetPeriod }: Recovery): string {
  if (actions.length === 0) return 'nothing';
  const steps = actions.map(({ type, delay = 0 }) => `${ACTION_WORDS[type] ?? type} after ${durationWords(delay)}`);
  const reset =
    resetPeriod === null || resetPeriod === undefined ? 'never resets' : `resets after ${durationWords(resetPeriod)}`;
  return `${steps.join(', then ')}; the count ${reset}`;
}

function durationWords(value: unknown): string {
  return typeof value === 'number' ? timeWords(value / 1_000) : String(value);
}
