import type { EnsureResult } from '../../manager/index.ts';
import { isObject } from '../../errors/check-options.ts';
import type { Cli } from '../command.ts';
import type { HostSettings } from '../../manager/index.ts';
import { describeSetting, redactEnvironment, redactHost } from './describe-setting.ts';

/** Prints what was changed, or would be: `+` new, `~` changed. @param more further properties of the JSON */
export function printChanges(cli: Cli, service: string, result: EnsureResult, more: object = {}): void {
  const { out } = cli;
  const shown = { ...result, changes: result.changes.map(withoutSecrets) };
  out.result({ service, ...shown, ...more }, () => {
    const width = Math.max(0, ...result.changes.map(({ setting }) => setting.length));
    const lines = result.changes.map(({ setting, from, to }) => {
      const name = setting.padEnd(width);
      const value = describeSetting(setting, to);
      return result.created
        ? `  ${out.style('green', '+')} ${name}  ${value}`
        : `  ${out.style('yellow', '~')} ${name}  ${out.style('dim', describeSetting(setting, from))} → ${value}`;
    });
    return `${[headline(service, result), ...lines].join('\n')}\n`;
  });
  for (const warning of result.warnings) out.note(warning);
  if (result.unsupported.length > 0)
    out.note(`This system does not have: ${result.unsupported.join(', ')}. These were left alone.`);
}

function withoutSecrets(change: EnsureResult['changes'][number]): EnsureResult['changes'][number] {
  const redact =
    change.setting === 'environment' ? redactEnvironment : change.setting === 'host' ? redactHost : undefined;
  if (!redact) return change;
  const hide = (value: unknown): unknown =>
    isObject(value) ? redact(value as Readonly<Record<string, string>> & HostSettings) : value;
  return { ...change, from: hide(change.from), to: hide(change.to) };
}

function headline(service: string, { created, changes, planned }: EnsureResult): string {
  if (created) return planned ? `${service} would be installed:` : `${service} is installed:`;
  if (changes.length === 0) return `${service} is up to date`;
  return planned ? `${service} would change:` : `${service} is changed:`;
}
