import { isLoadGuard } from '../input/load-guard.ts';
import { repairCommand } from './command-line.ts';
import { checkWriters } from './check-files.ts';
import { fail, type Finding, ok, skip, warn } from './finding.ts';
import type { FileFacts, Snapshot } from './snapshot.ts';

/** Checks the command line, the program and the script: the SCM can run them, and ordinary users can't replace them. */
export function checkProgram(snapshot: Snapshot): Finding[] {
  const { run, service } = snapshot;
  if (!run) return [];
  const account = service?.config ? (service.config.account ?? 'LocalSystem') : 'the service';
  return [
    ...quoting(snapshot),
    ...checkVariables(snapshot),
    ...present('program', run.file, snapshot),
    ...architecture(snapshot),
    ...(run.script ? [...present('script', run.script, snapshot), ...workingDirectory(snapshot, run.script)] : []),
    ...checkWriters(snapshot, account),
  ];
}

/** Example of a path, in commands whose path only the user knows. */
const SOME_SCRIPT = 'C:\\Orders\\service.js';

/** Returns the command that sets the command line again, quoted. @param path another path of the script or program */
function rebuild(snapshot: Snapshot, path?: string): string | undefined {
  const { run } = snapshot;
  if (!snapshot.service) return 'Name the path of the script that the service runs.';
  const target = path ?? (run?.script ?? run?.file)?.path ?? '';
  const node = run?.script && path === undefined ? ['--node', run.file.path] : [];
  return repairCommand(
    snapshot,
    'config set',
    '--program',
    target,
    ...node,
    ...(run?.nodeArgs ?? []).filter((arg) => !isLoadGuard(arg)).map((arg) => `--node-arg=${arg}`),
    ...(run?.args ?? []).map((arg) => `--arg=${arg}`),
  );
}

function quoting(snapshot: Snapshot): Finding[] {
  const line = snapshot.service?.config?.imagePath;
  if (line === undefined) return [];
  if (snapshot.run?.unquoted)
    return [
      fail(
        'image-path',
        `the path has a space and no quotes, so a program at a shorter path would run as the service: ${line}`,
        rebuild(snapshot),
      ),
    ];
  if (snapshot.run?.scriptUnquoted)
    return [
      fail(
        'image-path',
        `the path of the script has a space and no quotes, so Node gets a part of it: ${line}`,
        rebuild(snapshot),
      ),
    ];
  return [ok('image-path', line)];
}

/** Warns of `%NAME%`, which the SCM replaces by a variable of the system. */
export function checkVariables({ run }: Snapshot): Finding[] {
  if (!run || run.variables.length === 0) return [];
  return [
    warn(
      'variables',
      `the SCM replaces ${run.variables.join(', ')} in the command line by variables of the system, and keeps unknown ones as text`,
      'Write the value itself, or pass it in the environment of the service with --env.',
    ),
  ];
}

function present(check: 'program' | 'script', { path, exists }: FileFacts, snapshot: Snapshot): Finding[] {
  if (exists.value === undefined) return [skip(check, exists.why)];
  if (exists.value) return [ok(check, path)];
  if (check === 'script')
    return [
      fail(
        check,
        `${path} does not exist: a start fails with 1053`,
        `Put the script back, or name another: ${rebuild(snapshot, SOME_SCRIPT) ?? 'config set --program'}`,
      ),
    ];
  const script = snapshot.run?.script?.path;
  return [
    fail(
      check,
      `${path} does not exist: a start fails with 2 or 3`,
      script === undefined ? rebuild(snapshot, 'C:\\Orders\\orders.exe') : rebuild(snapshot, script),
    ),
  ];
}

const EMULATED: Readonly<Record<string, readonly string[]>> = { x64: ['ia32'], arm64: ['ia32', 'x64'] };

function architecture(snapshot: Snapshot): Finding[] {
  const { run } = snapshot;
  if (!run?.file.exists.value) return [];
  const { architecture: found, machineArchitecture: machine, file } = run;
  if (found.value === undefined) return [skip('architecture', found.why)];
  if (found.value === 'none')
    return [
      fail(
        'architecture',
        `${file.path} is not a Windows program: a start fails with 193. A script needs node.exe before it`,
        rebuild(snapshot, file.path),
      ),
    ];
  if (found.value !== machine && !EMULATED[machine]?.includes(found.value))
    return [
      fail(
        'architecture',
        `the program is for ${found.value}, this machine is ${machine}: a start fails with 193`,
        'Install Node for this machine, then install the service again with it.',
      ),
    ];
  return [ok('architecture', found.value === machine ? machine : `${found.value}, emulated on ${machine}`)];
}

function workingDirectory(snapshot: Snapshot, script: FileFacts): Finding[] {
  if (script.absolute) return [];
  return [
    fail(
      'working-directory',
      `the path of the script is relative, and a service starts in System32: ${script.path}`,
      `Name the full path: ${rebuild(snapshot, SOME_SCRIPT) ?? 'config set --program'}`,
    ),
  ];
}
