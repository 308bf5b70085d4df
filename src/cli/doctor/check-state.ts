import { win32Code, type Win32Symbol } from '../../errors/win32-codes.ts';
import { formatMs } from '../../util/duration.ts';
import { shellCommand } from '../output/shell-quote.ts';
import { describeExit, stateWord } from '../output/describe.ts';
import { repairCommand } from './command-line.ts';
import { EXIT_ADVICE } from './exit-advice.ts';
import { fail, type Finding, ok, warn } from './finding.ts';
import type { ServiceFacts, Snapshot } from './snapshot.ts';

/** Checks the state, and how the last run ended. */
export function checkState(snapshot: Snapshot): Finding[] {
  const { service } = snapshot;
  if (!service) {
    const { run, program, bound } = snapshot;
    if (!run) return [];
    const path = run.script?.path ?? run.file.path;
    return [warn('installed', 'no service runs it', shellCommand(program, 'install', ...(bound ? [] : [path])))];
  }
  if (service.markedForDeletion) {
    return [
      fail(
        'deletion',
        'it is marked for deletion: it can neither start nor be installed again (1072) until all handles to it are closed',
        'Close services.msc, Task Manager, Event Viewer and Process Explorer, or restart Windows.',
      ),
    ];
  }
  return [...state(snapshot, service), ...lastExit(snapshot, service), ...lastError(service)];
}

function state(snapshot: Snapshot, { report, stillForMs }: ServiceFacts): Finding[] {
  const word = stateWord(report.state);
  const pid = report.pid === 0 ? '' : `, PID ${report.pid}`;
  if (stillForMs === undefined) return [ok('state', `${word}${pid}`)];
  const facts = `${word}${pid}; no new checkpoint after ${report.checkpoint} for ${formatMs(stillForMs)}, wait hint ${formatMs(report.waitHintMs)}`;
  if (stillForMs < report.waitHintMs) return [warn('state', facts, repairCommand(snapshot, 'watch'))];
  const kill = report.pid === 0 ? 'Restart Windows.' : `taskkill /F /PID ${report.pid}`;
  return [fail('state', `${facts}: it is stuck`, kill)];
}

/** Quotes the log: the record of the service is more precise than a guess. */
function lastError({ lastError: found, report }: ServiceFacts): Finding[] {
  if (!found || report.state !== 'stopped') return [];
  const { time, text, where, log } = found;
  const at = time === undefined ? '' : `${time.toISOString()} `;
  return [fail('last-error', `${at}${text}${where === undefined ? '' : ` (${where})`}`, `Log: ${log}`)];
}

function lastExit(snapshot: Snapshot, { report, lastError: logged }: ServiceFacts): Finding[] {
  const { exit } = report;
  if (report.state !== 'stopped') return [];
  if ('service' in exit) {
    return exit.service === 0
      ? [ok('last-exit', 'it stopped cleanly')]
      : [
          fail(
            'last-exit',
            `it stopped with exit code ${exit.service} of its own (1066), which its author defined. See its log`,
            repairCommand(snapshot, 'run'),
          ),
        ];
  }
  if (exit.win32 === 0) return [ok('last-exit', 'it stopped cleanly')];
  const text = describeExit(exit) ?? '';
  if (exit.win32 === win32Code('ERROR_SERVICE_NEVER_STARTED'))
    return [ok('last-exit', 'not started since the last boot')];
  const symbol = (Object.keys(EXIT_ADVICE) as Win32Symbol[]).find((name) => win32Code(name) === exit.win32);
  const advice = symbol && EXIT_ADVICE[symbol];
  // The log says why: no guess beside it.
  if (!advice || logged) return [fail('last-exit', `it stopped with ${text}`, repairCommand(snapshot, 'run'))];
  return [
    fail(
      'last-exit',
      `it stopped with ${text}. ${advice.why}`,
      advice.repair?.(snapshot) ?? repairCommand(snapshot, 'run'),
    ),
  ];
}
