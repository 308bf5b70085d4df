import { wholeCharacter } from './whole-character.ts';

/** Characters that Windows doesn't allow in file names, half surrogate pairs, and `~`, which marks what was replaced. */
const FORBIDDEN =
  /[<>:"|?*\\/~\u0000-\u001f\u007f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
/**
 * Names of devices, with any ending.
 * Source: https://learn.microsoft.com/windows/win32/fileio/naming-a-file
 */
const DEVICE = /^(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])(?= *(?:\.|$))/i;
/** Endings that the log files of another service have. */
const LOG_ENDING = /\.(?=(?:out|err|log|gz|tmp|\d{8}T\d{6}(?:-\d+)?)$)/i;
/** Longer names are cut, so that a log's whole path stays below the 260 characters that many programs can open. */
const MAX_LENGTH = 80;
const KEPT_LENGTH = 60;

/**
 * The name of a service as the name of a file or folder, safe on Windows. Two names give the same only where they mean
 * the same service: the SCM ignores case. Most names stay as they are; `svc:1` becomes `svc~3A1`.
 */
export function toFileName(name: string): string {
  const safe = name
    .replace(FORBIDDEN, encode)
    .replace(/[. ]$/, encode)
    .replace(DEVICE, (device) => encode(device.charAt(0)) + device.slice(1))
    .replace(LOG_ENDING, encode);
  if (safe.length <= MAX_LENGTH && Buffer.byteLength(safe) <= 2 * MAX_LENGTH) return safe;
  let end = wholeCharacter(safe, KEPT_LENGTH);
  while (Buffer.byteLength(safe.slice(0, end)) > 2 * KEPT_LENGTH) end = wholeCharacter(safe, end - 1);
  // `h` is no hexadecimal digit: no encoded character looks like it.
  return `${safe.slice(0, end)}~h${hash(name.toLowerCase())}`;
}

/** `~` and two hexadecimal digits, or `~u` and four. */
function encode(character: string): string {
  const code = character.charCodeAt(0);
  const digits = code.toString(16).toUpperCase();
  return code < 256 ? `~${digits.padStart(2, '0')}` : `~u${digits.padStart(4, '0')}`;
}

/** Loaded for long names only. */
function hash(text: string): string {
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(text).digest('hex').slice(0, 20);
}
