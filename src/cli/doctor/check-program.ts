import { shellQuote } from '../output/shell-quote.ts';
import { repairCommand } from './command-line.ts';
import { fail, type Finding, ok, skip, warn } from './finding.ts';
import type { FileFacts, Snapshot } from './snapshot.ts';

/** The command line, the program and the script: can the SCM run them, and can nobody else put a program in their place? */
export function checkProgram(snapshot: Snapshot): Finding[] {
  const { run } = snapshot;
  if (!run) return [];
  return [
    ...quoting(snapshot),
    ...present('program', run.file, snapshot),
    ...architecture(snapshot),
    ...(run.script ? [...present('script', run.script, snapshot), ...workingDirectory(snapshot, run.script)] : []),
    ...writable(snapshot),
  ];
}

function rebuild(snapshot: Snapshot, placeholder?: string): string {
  const { run } = snapshot;
  if (!snapshot.service) return 'Give the path of the script that the service is to run.';
  const target = run?.script ?? run?.file;
  const node = run?.script && !placeholder ? ['--node', run.file.path] : [];
  const given = [
    ...node,
    ...(run?.nodeArgs ?? []).map((arg) => `--node-arg=${arg}`),
    ...(run?.args ?? []).map((arg) => `--arg=${arg}`),
  ];
  const program = `--program ${placeholder ?? shellQuote(target?.path ?? '')}`;
  return repairCommand(snapshot, 'config set', [program, ...given.map(shellQuote)].join(' '));
}

function quoting(snapshot: Snapshot): Finding[] {
  if (!snapshot.service?.config) return [];
  const line = snapshot.service.config.imagePath;
  if (!snapshot.run?.unquoted) return [ok('image-path', line)];
  return [
    fail(
      'image-path',
      `the path has a space and no quotes, so whoever can write a shorter path runs code as the service: ${line}`,
      rebuild(snapshot),
    ),
  ];
}

function present(check: string, { path, exists }: FileFacts, snapshot: Snapshot): Finding[] {
  if (exists.value === undefined) return [skip(check, exists.why)];
  if (exists.value) return [ok(check, path)];
  const what = check === 'script' ? '<script>' : snapshot.run?.script ? shellQuote(snapshot.run.script.path) : '<file>';
  return [fail(check, `${path} does not exist: a start fails with 2 or 3`, rebuild(snapshot, what))];
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
        rebuild(snapshot, shellQuote(file.path)),
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
      `the path of the script is relative, and a service begins in System32: ${script.path}`,
      rebuild(snapshot, '<full path of the script>'),
    ),
  ];
}

function writable({ run, service }: Snapshot): Finding[] {
  const files = [run?.script, run?.file].filter((file) => file?.exists.value === true) as FileFacts[];
  if (files.length === 0) return [];
  const account = service?.config ? (service.config.account ?? 'LocalSystem') : 'the service';
  return files.map((file) => {
    const { writers, path } = file;
    const check = file === run?.script ? 'script-writable' : 'program-writable';
    if (writers.value === undefined) return skip(check, writers.why);
    if (writers.value.length === 0) return ok(check, 'only administrators can change it');
    return warn(
      check,
      `${writers.value.join(', ')} may change ${path} or its folder, and so run code as ${account}`,
      `icacls ${shellQuote(folderOf(path))} /inheritance:r /grant:r "*S-1-5-32-544:(OI)(CI)F" "*S-1-5-18:(OI)(CI)F" "*S-1-5-11:(OI)(CI)RX"`,
    );
  });
}

function folderOf(path: string): string {
  return path.replace(/[\\/][^\\/]*$/, '');
}
