import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Win32Error } from '../../errors/win32-error.ts';
import { win32Code } from '../../errors/win32-codes.ts';
import type { Arguments } from '../input/arguments.ts';
import { type Cli, type Command, EXIT } from '../command.ts';
import { diagnose } from '../doctor/diagnose.ts';
import type { Finding, Outcome } from '../doctor/finding.ts';
import { gatherScript, gatherService } from '../doctor/gather.ts';
import type { Snapshot } from '../doctor/snapshot.ts';
import { printable } from '../output/printable.ts';
import { UsageError } from '../input/usage-error.ts';

export const doctor: Command = {
  name: 'doctor',
  summary: 'Find out why a service does not start or stay, with the command that repairs each finding.',
  details:
    'Changes nothing. In an elevated terminal it can check more; it lists what it could not check. Exit code 1 when it finds an error, 0 for warnings.',
  positionals: [{ name: 'service', help: 'A service, or a script that may become one.', own: true }],
  options: { all: { type: 'flag', short: 'a', help: 'Also list the checks that passed.' } },
  examples: [
    ['doctor {service}', 'errors, and the command that repairs each'],
    ['doctor {script}', 'before it is installed, or the service that runs it'],
    ['doctor {service} --json', 'all findings, for a program'],
  ],
  async run(cli, args) {
    const snapshot = await gather(cli, args);
    const findings = diagnose(snapshot);
    const healthy = !findings.some(({ outcome }) => outcome === 'fail');
    const target = snapshot.service?.name ?? snapshot.run?.script?.path ?? snapshot.run?.file.path ?? '';
    cli.out.result({ service: snapshot.service?.name, script: snapshot.run?.script?.path, healthy, findings }, () =>
      render(cli, target, findings, args.flag('all')),
    );
    return healthy ? EXIT.done : EXIT.failed;
  },
};

async function gather(cli: Cli, args: Arguments): Promise<Snapshot> {
  const machine = args.text('machine');
  const [given = ''] = args.positionals;
  if (cli.service) {
    const script = process.argv[1] ?? '';
    return gatherService(cli, cli.service.name, machine).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
      return gatherScript(cli, script, process.execPath);
    });
  }
  if (machine !== undefined || !/[\\/]|\.[cm]?[jt]s$/i.test(given)) return gatherService(cli, given, machine);
  // A service may be called app.js.
  if (!existsSync(given)) return gatherService(cli, given, machine).catch((error: unknown) => noFile(given, error));
  const script = resolve(given);
  const name = await serviceOf(cli, script);
  return name === undefined ? gatherScript(cli, script, process.execPath) : gatherService(cli, name, undefined);
}

function noFile(path: string, error: unknown): never {
  if (!isMissing(error)) throw error;
  throw new UsageError(`There is no file ${resolve(path)}, and no service of this name.`);
}

/** Finds the service that runs a script. */
async function serviceOf(cli: Cli, script: string): Promise<string | undefined> {
  const manager = await cli.manager();
  for await (const { name, config } of manager.listConfigs())
    if (config.imagePath.toLowerCase().includes(script.toLowerCase())) return name;
  return undefined;
}

const SIGNS: Readonly<Record<Outcome, readonly [sign: string, colour: 'green' | 'yellow' | 'red' | 'dim']>> = {
  ok: ['ok', 'green'],
  warn: ['warn', 'yellow'],
  fail: ['FAIL', 'red'],
  skip: ['skip', 'dim'],
};

function render({ out }: Cli, target: string, findings: readonly Finding[], all: boolean): string {
  const shown = all ? findings : findings.filter(({ outcome }) => outcome !== 'ok');
  const width = Math.max(0, ...shown.map(({ check }) => check.length));
  const lines = shown.flatMap(({ check, outcome, found, repair }) => {
    const [sign, colour] = SIGNS[outcome];
    return [
      `${out.style(colour, sign.padEnd(4))}  ${check.padEnd(width)}  ${printable(found)}`,
      ...(repair === undefined ? [] : [`${' '.repeat(width + 6)}  ${out.style('cyan', `→ ${printable(repair)}`)}`]),
    ];
  });
  const count = (outcome: Outcome): number => findings.filter((finding) => finding.outcome === outcome).length;
  const summary = `${target}: ${plural(count('fail'), 'error')}, ${plural(count('warn'), 'warning')}, ${count('ok')} ok, ${count('skip')} not checked`;
  return `${[...lines, out.style('bold', printable(summary))].join('\n')}\n`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

function isMissing(error: unknown): boolean {
  return error instanceof Win32Error && error.win32Code === win32Code('ERROR_SERVICE_DOES_NOT_EXIST');
}
