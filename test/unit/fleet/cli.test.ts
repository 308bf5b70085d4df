import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defineService } from '../../../src/index.ts';
import { createManualClock, type ManualClock } from '../../../src/testing/index.ts';
import { MockScm } from '../../../src/testing/mock-scm.ts';
import { type CliRun, type HarnessOptions, runCli } from '../cli/harness.ts';

let dir: string;
let clock: ManualClock;
let scms: Map<string, MockScm>;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'winsvc fleet '));
});
afterAll(() => rm(dir, { recursive: true, force: true }));
beforeEach(async () => {
  clock = createManualClock();
  scms = new Map(['web1', 'web2', 'web3'].map((name) => [name, new MockScm(clock, {})]));
  for (const [machine, scm] of scms) {
    await scm.manager().install(
      defineService({
        name: 'Orders',
        commands: { rotate: { code: 200, run() {} } },
        pause() {},
        resume() {},
        start() {
          if (machine === 'web2' && broken) throw new Error('no database');
        },
      }),
    );
  }
});
let broken = false;

function cli(argv: readonly string[], options: HarnessOptions = {}): Promise<CliRun> {
  return runCli(argv, {
    scm: scms.get('web1')!,
    fleetManager: (machine) => {
      const scm = scms.get(machine);
      return scm ? Promise.resolve(scm.manager({ machine })) : Promise.reject(new Error(`${machine} is unknown`));
    },
    ...options,
  });
}
const on = (...argv: string[]): Promise<CliRun> => cli([...argv, '--machines', 'web1,web2,web3']);
const lines = ({ stdout }: CliRun): string[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/\t[\d.]+ (?:ms|s|min)\t/, '\t-\t'));

describe('--machines', () => {
  it('runs a verb on each machine, and prints a line for each', async () => {
    broken = false;
    const started = await on('start', 'Orders');
    expect(started.code, started.stderr).toBe(0);
    expect(lines(started)).toEqual([
      expect.stringMatching(/^web1\tdone\t-\trunning \(PID \d+\)$/),
      expect.stringMatching(/^web2\tdone\t-\trunning/),
      expect.stringMatching(/^web3\tdone\t-\trunning/),
    ]);
    expect(started.stderr).toBe('3 done, 0 failed, 0 skipped.\n');
    for (const [argv, what] of [
      [['pause', 'Orders'], 'paused'],
      [['resume', 'Orders'], 'running'],
      [['command', 'Orders', '200'], 'running'],
      [['restart', 'Orders', '--timeout', '5s'], 'running'],
      [['status', 'Orders'], 'running'],
      [['stop', 'Orders'], 'stopped'],
      [['list', 'ord'], 'Orders: stopped'],
    ] as const) {
      const run = await on(...argv);
      expect(run.code, `${argv.join(' ')}: ${run.stderr}${run.stdout}`).toBe(0);
      expect(
        lines(run).map((line) => line.split('\t').at(-1)),
        argv.join(' '),
      ).toEqual(['web1', 'web2', 'web3'].map(() => expect.stringContaining(what) as unknown));
    }
    const removed = await on('uninstall', 'Orders');
    expect(lines(removed)).toEqual(['web1', 'web2', 'web3'].map((machine) => `${machine}\tdone\t-\tuninstalled`));
  });

  it('ensures a spec from a file, with the exit code of --check', async () => {
    const spec = join(dir, 'orders.json');
    await writeFile(spec, JSON.stringify({ name: 'Orders', startType: 'delayed' }));
    expect(await on('ensure', spec, '--check')).toMatchObject({ code: 3 });
    const ensured = await on('ensure', spec);
    expect(lines(ensured)).toEqual(
      ['web1', 'web2', 'web3'].map((machine) => `${machine}\tdone\t-\thas changed startType`),
    );
    expect(await on('ensure', spec, '--check')).toMatchObject({ code: 0 });
    expect(lines(await on('ensure', spec))[0]).toBe('web1\tdone\t-\tis up to date');
  });

  it('has one document of JSON, and exit code 1 when a machine fails', async () => {
    broken = true;
    const { code, json, stderr } = await cli([
      'start',
      'Orders',
      '--machines',
      'web1,web2,nowhere,web3',
      '--json',
      '--concurrency',
      '1',
    ]);
    expect(code).toBe(1);
    expect(stderr).toBe('');
    expect(json).toMatchObject({
      done: 2,
      failed: 2,
      skipped: 0,
      machines: [
        { machine: 'web1', outcome: 'done', exitCode: 0, result: { service: 'Orders', state: 'running' } },
        { machine: 'web2', outcome: 'failed', error: { code: 'STATE_NOT_REACHED' } },
        { machine: 'nowhere', outcome: 'failed', error: { message: 'nowhere is unknown' } },
        { machine: 'web3', outcome: 'done' },
      ],
    });
  });

  it('leaves the others alone after a canary that failed', async () => {
    broken = true;
    const { code, stdout, stderr } = await cli(['start', 'Orders', '--machines', 'web2,web1,web3', '--canary', '1']);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^web2\tfailed\t.*did not become running.*\nweb1\tskipped\t\ta machine that went first failed\nweb3\tskipped/,
    );
    expect(stderr).toContain('0 done, 1 failed, 2 skipped.');
    expect(await scms.get('web1')!.manager().service('Orders').status()).toMatchObject({ state: 'stopped' });
  });

  it('reads the machines from a file, each once', async () => {
    broken = false;
    const file = join(dir, 'machines.txt');
    await writeFile(file, '# all\nweb1 web2\nWEB1,web3 # twice\n');
    const { json } = await cli(['status', 'Orders', '--machines', `@${file}`, '--json'], {
      fleetManager: (machine) => Promise.resolve(scms.get(machine.toLowerCase())!.manager({ machine })),
    });
    expect((json['machines'] as { machine: string }[]).map(({ machine }) => machine)).toEqual(['WEB1', 'web2', 'web3']);
  });

  it('shows a table with a head on a terminal, and how far it is', async () => {
    broken = false;
    const { stdout, stderr } = await cli(['status', 'Orders', '--machines', 'web1,web2'], {
      terminal: true,
      env: { NO_COLOR: '1' },
    });
    expect(stdout).toMatch(/^MACHINE +RESULT +TIME +DETAIL\nweb1 +done +\d+ ms +stopped/);
    expect(stderr).toContain('2 of 2 machines, 0 failed');
  });

  it('ends at Ctrl+C with what there is', async () => {
    const gone = new Promise<never>(() => undefined);
    const run = await cli(['status', 'Orders', '--machines', 'web1,gone,web3', '--concurrency', '1', '--json'], {
      fleetManager: (machine) => (machine === 'gone' ? gone : Promise.resolve(scms.get(machine)!.manager({ machine }))),
      interruptAfterMs: 500,
    });
    expect(run.code).toBe(130);
    expect((run.json['machines'] as { outcome: string }[]).map(({ outcome }) => outcome)).toEqual([
      'done',
      'failed',
      'skipped',
    ]);
  });

  it.each<[string[], RegExp]>([
    [['status', 'Orders', '--machines', '\\\\web1'], /no names or addresses/],
    [['status', 'Orders', '--machines', 'web1;calc'], /no names or addresses/],
    [['status', 'Orders', '--machines', '@none.txt'], /none\.txt can't be read/],
    [['status', 'Orders', '--machines', 'web1', '--machine', 'web2'], /--machine is one machine/],
    [['status', 'Orders', '--machines', 'web1', '--concurrency', 'x'], /--concurrency must be a whole number/],
    [['status', 'Orders', '--machines', 'web1', '--concurrency', '0'], /concurrency: must be 1 or more/],
    [['ensure', 'x.json', '--machines', 'web1', '--password-stdin'], /WINSVC_PASSWORD/],
    [['doctor', 'Orders', '--machines', 'web1'], /[Uu]nknown option "--machines"/],
  ])('%j is refused with 2', async (argv, why) => {
    const { code, stderr } = await cli(argv);
    expect(stderr).toMatch(why);
    expect(code).toBe(2);
  });
});
