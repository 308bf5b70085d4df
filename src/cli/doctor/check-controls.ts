import { shellCommand } from '../output/shell-quote.ts';
import { isLocalSystem } from './check-account.ts';
import { type Finding, ok, skip, warn } from './finding.ts';
import type { Snapshot } from './snapshot.ts';

/** Checks that a watchdog or an admin may start and stop the services that it is for: without the right, each action fails with 5. */
export function checkControls({ service, program, bound }: Snapshot): Finding[] {
  const account = service?.config?.account ?? 'LocalSystem';
  if (!service?.controls || isLocalSystem(account)) return [];
  const { entry, named, services } = service.controls;
  const group = entry === 'winsvc/admin' ? 'admin' : 'watchdog';
  const tool = bound ? 'npx winsvc' : program;
  const grant = (name: string): string | undefined =>
    /^NT SERVICE\\/i.test(account)
      ? shellCommand(tool, group, 'grant', name, '--to', account.replace(/^.*\\/, ''))
      : `Give ${account} the right with a securityDescriptor: docs/accounts.md.`;
  if (services.length === 0 && !named)
    return [
      warn(
        'control-rights',
        `the program uses ${entry}, and ${account} may start and stop no service: every action fails with 5`,
        grant('Orders') && `Name the services that it is for: ${grant('Orders') ?? ''}`,
      ),
    ];
  return services.map(({ name, allowed }): Finding => {
    if (allowed.value === undefined) return skip('control-rights', allowed.why);
    if (allowed.value) return ok('control-rights', `${account} may start and stop ${name}`);
    return warn('control-rights', `${account} may not start and stop ${name}: an action fails with 5`, grant(name));
  });
}
