import { TIMEOUTS } from '../../scm/run-options.ts';
import { durationMs } from '../../util/duration.ts';

/** Controls that `on` has handlers for. */
export const ON = [
  'paramChange',
  'netBind',
  'hardwareProfileChange',
  'deviceEvent',
  'powerEvent',
  'sessionChange',
  'timeChange',
  'triggerEvent',
  'lowResources',
  'systemLowResources',
] as const;

type Check = (value: unknown) => boolean;
type Fields = ReadonlyMap<string, Check>;

const fn: Check = (value) => typeof value === 'function';
const flag: Check = (value) => typeof value === 'boolean';
const duration: Check = (value) => durationMs(value) !== undefined;
const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
const count: Check = (value) => Number.isSafeInteger(value) && (value as number) > 0;
const text: Check = (value) => typeof value === 'string' && value !== '';
const label: Check = (value) => typeof value === 'string' && /^[^\u0000-\u001f\u007f]{1,256}$/.test(value);
const name: Check = (value) => label(value) && /^[^/\\\s](?:[^/\\]*[^/\\\s])?$/.test(value as string);
const all = (keys: readonly string[], check: Check): Check => object(new Map(keys.map((key) => [key, check])));

const command: Check = (value) =>
  object(
    new Map([
      ['code', (code) => Number.isInteger(code) && (code as number) >= 128 && (code as number) <= 255],
      ['run', fn],
    ]),
  )(value) && Object.values(value as object).filter((part) => part !== undefined).length === 2;

/** Commands, of which no two have the same code. */
const commands: Check = (value) => {
  if (!isRecord(value)) return false;
  const given = Object.values(value);
  return given.every(command) && new Set(given.map((one) => (one as { code: number }).code)).size === given.length;
};

const logging = object(
  new Map<string, Check>([
    ['dir', text],
    ['maxSize', count],
    ['maxFiles', count],
    ['interval', oneOf('hourly', 'daily')],
    ['compress', flag],
    ['level', oneOf('debug', 'info', 'warn', 'error')],
    ['captureOutput', flag],
  ]),
);

const FIELDS: Fields = new Map<string, Check>([
  ['name', name],
  ['displayName', label],
  ['description', (value) => typeof value === 'string'],
  ['start', fn],
  ['stop', fn],
  ['pause', fn],
  ['resume', fn],
  ['on', all(ON, fn)],
  ['commands', commands],
  ['timeouts', all(TIMEOUTS, duration)],
  ['hang', oneOf(false)],
  ['shutdown', oneOf('shutdown', 'preshutdown')],
  ['signals', flag],
  ['crashReport', flag],
  ['eventLog', flag],
  ['logging', (value) => value === false || logging(value)],
  ['recoverAfterFailedStop', flag],
]);

/**
 * Returns whether the options of `defineService` are certainly right. Then the schema isn't needed, and zod isn't loaded.
 * `false` for all that is less usual, right or wrong: the schema decides.
 */
export function isPlain(options: object): boolean {
  if (!object(FIELDS)(options)) return false;
  const { name: hasName, start, pause, resume } = options as Record<string, unknown>;
  return hasName !== undefined && start !== undefined && (pause === undefined) === (resume === undefined);
}

/** Check for a plain object with some of these fields, and no others. */
function object(fields: Fields): Check {
  return (value) =>
    isRecord(value) &&
    Object.entries(value).every(([key, part]) => fields.has(key) && (part === undefined || fields.get(key)?.(part)));
}

/** Returns whether it is an object without a class of its own, whose fields are all its own. */
function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
