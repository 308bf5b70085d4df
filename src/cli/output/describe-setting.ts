import { REDACTED, isSecretName, redactUrls } from '../../util/secret-names.ts';
import { formatMs } from '../../util/duration.ts';
import type { HostSettings, RecoveryConfig, Trigger } from '../../manager/index.ts';
import { toJson } from './json.ts';
import { printable } from './printable.ts';

/** Formats the value of a setting in one line. */
export function describeSetting(setting: string, value: unknown): string {
  if (value === undefined) return '(not set)';
  if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return '(none)';
  if (setting === 'recovery') return recovery(value as RecoveryConfig);
  if (setting === 'triggers') return (value as readonly Trigger[]).map(trigger).join('; ');
  if (setting === 'preshutdownTimeout' && typeof value === 'number') return formatSpan(value);
  if (setting === 'environment') return environment(value as Readonly<Record<string, string>>);
  if (setting === 'host') return host(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return printable(value.join(', '));
  return printable(typeof value === 'string' ? value : toJson(value, 0));
}

function recovery({ actions, resetPeriod, command }: RecoveryConfig): string {
  if (actions.every(({ type }) => type === 'none')) return '(none)';
  const list = actions.map(({ type, delay }) => (type === 'none' ? 'nothing' : `${type} after ${formatSpan(delay)}`));
  const reset = resetPeriod === null ? '' : `; resets after ${formatSpan(resetPeriod)}`;
  return printable(`${list.join(', ')}${reset}${command === null ? '' : `; command: ${command}`}`);
}

function host(settings: HostSettings): string {
  return Object.keys(settings).length === 0 ? 'defaults' : printable(toJson(redactHost(settings), 0));
}

function environment(variables: Readonly<Record<string, string>>): string {
  const lines = Object.entries(redactEnvironment(variables)).map(([name, value]) => `${name}=${value}`);
  return lines.length === 0 ? '(none)' : printable(lines.join(', '));
}

/** Hides secrets in the variables of a service. */
export function redactEnvironment(variables: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, isSecretName(name) ? REDACTED : redactUrls(value)]),
  );
}

/** Hides what is secret in the settings of a hosted program: values of variables, passwords in URLs, arguments of commands. */
export function redactHost(host: HostSettings): HostSettings {
  const { env, ...rest } = host;
  const shown = JSON.parse(JSON.stringify(rest), (name, value: unknown) =>
    typeof value === 'string' ? (isSecretName(name) ? REDACTED : redactUrls(value)) : value,
  ) as HostSettings;
  return { ...shown, ...(env && { env: redactEnvironment(env) }) };
}

function trigger({ event, action, guid }: Trigger): string {
  return `${action} on ${event}${guid ? ` ${guid}` : ''}`;
}

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
] as const;

/** Formats a time in its largest whole unit. */
function formatSpan(ms: number): string {
  const unit = UNITS.find(([size]) => ms >= size && ms % size === 0);
  return unit ? `${ms / unit[0]} ${unit[1]}` : formatMs(ms);
}
