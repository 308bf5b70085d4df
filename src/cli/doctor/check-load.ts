import { win32 } from 'node:path';
import { explainFfiFailure } from '../../errors/ffi-load-failure.ts';
import { isLoadGuard } from '../input/load-guard.ts';
import { shellCommand } from '../output/shell-quote.ts';
import { repairCommand } from './command-line.ts';
import { fail, type Finding, ok, skip, warn } from './finding.ts';
import type { LoadFacts, RunFacts, Snapshot } from './snapshot.ts';

/** Checks that the script loads, runs a service of the right name, and finds koffi. */
export function checkLoad(snapshot: Snapshot): Finding[] {
  const { run } = snapshot;
  if (!run?.script || run.script.exists.value === false) return [];
  return [...koffi(run), ...load(run), ...runs(run), ...name(snapshot, run)];
}

function koffi({ koffi: found, script }: RunFacts): Finding[] {
  if (found.state === 'unused') return [];
  if (found.state === 'unknown') return [skip('koffi', found.why)];
  if (found.state === 'ok') return [ok('koffi', `${found.binary} loads`)];
  const { kind, advice } = explainFfiFailure(found, found.binary);
  const install = shellCommand(
    'npm',
    'install',
    '--prefix',
    win32.dirname(script?.path ?? ''),
    'koffi',
    '--os=win32',
    `--cpu=${found.binary.split('-').at(-1) ?? 'x64'}`,
  );
  const [why = ''] = found.message.split(/\r?\n/);
  const repair = kind === 'package' || kind === 'binary' ? (install ?? advice) : advice;
  return [fail('koffi', `koffi does not load, so the service can't connect to the SCM (1053): ${why}`, repair)];
}

function load({ load: found, script, file }: RunFacts): Finding[] {
  if (found.value === undefined) return [skip('load', found.why)];
  if (found.value.loads) return [ok('load', `${script?.path ?? ''} and its imports load`)];
  const { file: where, line, message } = found.value;
  const place = where === undefined ? (script?.path ?? '') : `${where}${line === undefined ? '' : `:${line}`}`;
  return [
    fail(
      'load',
      `${place}: ${message}: a start fails with 1053`,
      loadRepair(found.value, script?.path ?? '', file.path),
    ),
  ];
}

function loadRepair({ message, missing }: Extract<LoadFacts, { loads: false }>, script: string, node: string): string {
  if (missing !== undefined) {
    const install = shellCommand('npm', 'install', '--prefix', win32.dirname(script), missing);
    return install ?? `Install the package ${missing} beside the script.`;
  }
  if (message.includes('ERR_UNKNOWN_FILE_EXTENSION'))
    return `${node} runs no TypeScript: compile it to JavaScript, or use Node 22.18 or later.`;
  if (message.includes('ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX'))
    return 'Node only removes types: compile it to JavaScript, or replace enum, namespace and parameter properties.';
  return 'Correct this line, then start the service.';
}

function runs({ sources, nodeArgs }: RunFacts): Finding[] {
  if (!sources?.usesWinsvc || sources.runs || sources.names.length === 0) return [];
  // A host that is loaded before the script runs it.
  if (nodeArgs.some((arg) => arg.includes('winsvc') && !isLoadGuard(arg))) return [];
  return [
    fail(
      'runs',
      'the program defines a service, but calls neither run() nor runCli(): a start fails with 1053',
      'Add "await service.run();" to the script.',
    ),
  ];
}

function name(snapshot: Snapshot, { sources }: RunFacts): Finding[] {
  const { service } = snapshot;
  const [defined] = sources?.names ?? [];
  if (!service || defined === undefined) return [];
  if (sources?.names.some((known) => known.toLowerCase() === service.name.toLowerCase()))
    return [ok('name', 'the definition has the name of the service')];
  return [
    warn(
      'name',
      `the service is installed as "${service.name}", and its definition says "${defined}": logs and events may have either name`,
      repairCommand(snapshot, 'uninstall') &&
        `Change the name in the definition, or uninstall the service and install it with --name ${defined}.`,
    ),
  ];
}
