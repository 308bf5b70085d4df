import { shellCommand } from '../output/shell-quote.ts';
import { repairCommand } from './command-line.ts';
import { fail, type Finding, ok, skip, warn } from './finding.ts';
import type { ServiceFacts, Snapshot } from './snapshot.ts';

/** Checks the settings that decide whether a service starts and keeps running: start type, dependencies, recovery, event source. */
export function checkSettings(snapshot: Snapshot): Finding[] {
  const { service } = snapshot;
  if (!service) return [];
  if (!service.config)
    return [skip('settings', 'you may not read the settings of this service; try again in an elevated terminal')];
  return [
    ...startType(snapshot, service),
    ...dependencies(snapshot, service),
    ...recovery(snapshot, service),
    ...eventSource(snapshot, service),
  ];
}

function startType(snapshot: Snapshot, { config }: ServiceFacts): Finding[] {
  if (config?.startType !== 'disabled') return [ok('start-type', config?.startType ?? '')];
  return [
    fail(
      'start-type',
      'it is disabled: every start fails with 1058',
      repairCommand(snapshot, 'config set', '--start', 'auto'),
    ),
  ];
}

function dependencies(snapshot: Snapshot, { config, dependencies: all }: ServiceFacts): Finding[] {
  const groups = (config?.dependencies ?? []).filter((name) => name.startsWith('+'));
  if (all.length === 0) return [ok('dependencies', groups.length > 0 ? `groups only: ${groups.join(', ')}` : 'none')];
  return all.map(({ name, startType: start, state }): Finding => {
    const others = all.filter((other) => other.name !== name).flatMap((other) => ['--depends', other.name]);
    const without = others.length > 0 ? others : ['--clear', 'depends'];
    if (start === undefined && state === undefined)
      return fail(
        'dependencies',
        `it needs ${name}, which does not exist: a start fails with 1075 or 1068`,
        repairCommand(snapshot, 'config set', ...without),
      );
    // It is another service than that of the program.
    const tool = snapshot.bound ? 'npx winsvc' : snapshot.program;
    if (start === 'disabled')
      return fail(
        'dependencies',
        `it needs ${name}, which is disabled: a start fails with 1068`,
        shellCommand(tool, 'config', 'set', name, '--start', 'demand'),
      );
    return state === 'stopped' && start === 'demand'
      ? ok('dependencies', `${name} is stopped; the SCM starts it first`)
      : ok('dependencies', `${name} is ${state ?? 'there'}`);
  });
}

function recovery(snapshot: Snapshot, { config }: ServiceFacts): Finding[] {
  if (!config) return [];
  const { recovery: plan, recoverOnFailureExit: onExit, unsupported } = config;
  const findings: Finding[] = [];
  if (!plan) {
    findings.push(skip('recovery', unsupported.includes('recovery') ? 'this system has no recovery' : 'not readable'));
  } else if (plan.actions.every(({ type }) => type === 'none')) {
    findings.push(
      warn(
        'recovery',
        'nothing happens when it fails: it stays down',
        repairCommand(snapshot, 'config set', '--recovery', 'restart:1s,restart:10s,restart:60s'),
      ),
    );
  } else {
    findings.push(ok('recovery', plan.actions.map(({ type, delay }) => `${type} after ${delay / 1_000} s`).join(', ')));
  }
  if (onExit === undefined) {
    findings.push(skip('recovery-flag', 'this system does not have the setting'));
  } else if (!onExit) {
    findings.push(
      warn(
        'recovery-flag',
        'recovery is for crashes only: a service that reports an error code and stops stays down',
        repairCommand(snapshot, 'config set', '--on-failure-exit', 'yes'),
      ),
    );
  } else {
    findings.push(ok('recovery-flag', 'an error code counts as a failure'));
  }
  return findings;
}

function eventSource(snapshot: Snapshot, { name, eventSource: found }: ServiceFacts): Finding[] {
  if (found.value === undefined) return [skip('event-source', found.why)];
  if (found.value !== null) return [ok('event-source', `writes to the log ${found.value}`)];
  return [
    warn(
      'event-source',
      `there is no event source "${name}": Event Viewer cannot show what it logs`,
      repairCommand(snapshot, 'config set', '--event-source', 'yes'),
    ),
  ];
}
