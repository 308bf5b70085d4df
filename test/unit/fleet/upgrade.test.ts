import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openFleetOn, type FleetOptions } from '../../../src/fleet/open-fleet.ts';
import type { Fleet } from '../../../src/fleet/fleet.ts';
import { failures, type FleetResult } from '../../../src/fleet/index.ts';
import { defineService } from '../../../src/index.ts';
import { createManualClock, type ManualClock } from '../../../src/testing/index.ts';
import { MockScm } from '../../../src/testing/mock-scm.ts';
import type { SwitchResult } from '../../../src/upgrade/index.ts';
import { mainFile } from '../../../src/upgrade/state/release-line.ts';
import { type CliRun, runCli } from '../cli/harness.ts';

/** Disks of the machines: a folder for each. Their paths are the same on all of them. */
let disks: string;
vi.mock('../../../src/upgrade/admin-share.ts', () => ({
  adminShare: (machine: string, path: string) => join(disks, machine, path),
}));

const APP = '/srv/orders';
const ROOT = `${APP}.releases/Orders`;

/** Behavior of a release, by machine; the others start it. */
interface Behavior {
  readonly version: string;
  readonly throwsOn?: readonly string[];
  readonly hangsOn?: readonly string[];
  readonly crashesLaterOn?: readonly string[];
}

/** Machines with the service Orders, each with an SCM and a disk. */
class Machines {
  readonly clock: ManualClock = createManualClock();
  readonly scms = new Map<string, MockScm>();
  readonly started: string[] = [];

  static async create(names: readonly string[], runs = true): Promise<Machines> {
    const machines = new Machines();
    for (const name of names) await machines.#add(name, runs);
    return machines;
  }

  async #add(machine: string, runs: boolean): Promise<void> {
    const scm = new MockScm(this.clock, {});
    this.scms.set(machine, scm);
    writeRelease(join(disks, machine, APP), { version: '1.0.0' });
    await scm.manager().install({ name: 'Orders', imagePath: `"/opt/node" "${APP}/main.js"` });
    scm.register(
      'Orders',
      defineService({
        name: 'Orders',
        timeouts: { start: '1h' },
        start: async (ctx) => {
          const { version, throwsOn, hangsOn, crashesLaterOn } = await this.#behavior(machine);
          this.started.push(`${machine} ${version}`);
          if (throwsOn?.includes(machine)) throw new Error('no database');
          if (hangsOn?.includes(machine)) await new Promise(() => undefined);
          if (crashesLaterOn?.includes(machine)) this.clock.setTimeout(() => ctx.fail(new Error('leak')), 5_000);
        },
      }),
    );
    if (runs) await this.play(scm.manager().service('Orders').start());
    this.started.length = 0;
  }

  async #behavior(machine: string): Promise<Behavior> {
    const { imagePath } = await this.scms.get(machine)!.manager().service('Orders').config();
    return JSON.parse(
      readFileSync(join(disks, machine, dirname(mainFile(imagePath)), 'release.json'), 'utf8'),
    ) as Behavior;
  }

  open(options: Partial<FleetOptions> = {}): Fleet {
    const openManager: FleetOptions['openManager'] = (machine) =>
      Promise.resolve(this.scms.get(machine)!.manager({ machine }));
    return openFleetOn({ machines: [...this.scms.keys()], openManager, ...options }, this.clock);
  }

  async play<T>(work: Promise<T>): Promise<T> {
    let ended = false;
    const end = (): void => void (ended = true);
    work.then(end, end);
    while (!(ended as boolean)) {
      await this.clock.advance(5);
      // The disk has its turn too.
      await new Promise((resolve) => void setImmediate(resolve));
    }
    return work;
  }

  /** Version that a machine's service points at, and its state. */
  async at(machine: string): Promise<string> {
    const { version } = await this.#behavior(machine);
    return `${version} ${(await this.scms.get(machine)!.manager().service('Orders').status()).state}`;
  }

  all(): Promise<string[]> {
    return Promise.all([...this.scms.keys()].map((machine) => this.at(machine)));
  }

  cli(...argv: string[]): Promise<CliRun> {
    return runCli([...argv, '--machines', [...this.scms.keys()].join(',')], {
      scm: [...this.scms.values()][0]!,
      fleetManager: (machine) => Promise.resolve(this.scms.get(machine)!.manager({ machine })),
    });
  }
}

function writeRelease(folder: string, behavior: Behavior): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'orders', version: behavior.version, main: 'main.js' }),
  );
  writeFileSync(join(folder, 'release.json'), JSON.stringify(behavior));
  writeFileSync(join(folder, 'main.js'), `// ${behavior.version}`);
  return folder;
}

const build = (behavior: Behavior): string => writeRelease(join(disks, `build ${behavior.version}`), behavior);
const folders = (machine: string): string[] => readdirSync(join(disks, machine, ROOT)).sort();
const outcomes = (results: readonly FleetResult<SwitchResult>[]): string[] =>
  results.map((result) =>
    result.outcome === 'done'
      ? `${result.value.from} → ${result.value.to}`
      : result.outcome === 'failed'
        ? 'failed'
        : `skipped: ${result.reason}`,
  );

beforeEach(async () => {
  disks = await mkdtemp(join(tmpdir(), 'winsvc fleet upgrade '));
});
afterEach(() => rm(disks, { recursive: true, force: true }));

describe('an upgrade of a fleet', () => {
  it('puts the release on the disk of every machine, and goes back on all of them', async () => {
    const machines = await Machines.create(['web1', 'web2', 'web3']);
    const fleet = machines.open();
    const from = build({ version: '2.0.0' });
    const plan = await machines.play(fleet.upgrade({ service: 'Orders', from, adopt: true, plan: true }));
    expect(plan.map((result) => result.outcome === 'done' && result.value.planned)).toEqual([true, true, true]);
    expect(existsSync(join(disks, 'web1', ROOT))).toBe(false);

    const upgraded = await machines.play(fleet.upgrade({ service: 'Orders', from, adopt: true }));
    expect(outcomes(upgraded)).toEqual(['orders → 2.0.0', 'orders → 2.0.0', 'orders → 2.0.0']);
    expect(await machines.all()).toEqual(['2.0.0 running', '2.0.0 running', '2.0.0 running']);
    for (const machine of ['web1', 'web2', 'web3']) expect(folders(machine)).toEqual(['2.0.0', 'releases.json']);

    const back = await machines.play(fleet.rollback({ service: 'Orders' }));
    expect(outcomes(back)).toEqual(['2.0.0 → orders', '2.0.0 → orders', '2.0.0 → orders']);
    expect(await machines.all()).toEqual(['1.0.0 running', '1.0.0 running', '1.0.0 running']);
  });

  it('goes back on the machine where the release is broken, and leaves the others on the new one', async () => {
    const machines = await Machines.create(['web1', 'web2', 'web3']);
    const from = build({ version: '2.0.0', throwsOn: ['web2'] });
    const results = await machines.play(machines.open().upgrade({ service: 'Orders', from, adopt: true }));
    expect(outcomes(results)).toEqual(['orders → 2.0.0', 'failed', 'orders → 2.0.0']);
    expect(failures(results)).toMatchObject([
      { machine: 'web2', error: { code: 'UPGRADE_FAILED', details: { restored: true, from: 'orders', to: '2.0.0' } } },
    ]);
    expect(await machines.all()).toEqual(['2.0.0 running', '1.0.0 running', '2.0.0 running']);
    expect(folders('web2')).toEqual(['releases.json']);
  });

  it('touches no other machine after a canary that fails, at once or during the wait', async () => {
    const machines = await Machines.create(['web1', 'web2', 'web3']);
    const options = { canary: 1, wait: '1m' } as const;
    const broken = build({ version: '2.0.0', throwsOn: ['web1'] });
    const first = await machines.play(
      machines.open().upgrade({ service: 'Orders', from: broken, adopt: true }, options),
    );
    expect(outcomes(first)).toEqual(['failed', 'skipped: canary', 'skipped: canary']);
    expect(await machines.all()).toEqual(['1.0.0 running', '1.0.0 running', '1.0.0 running']);
    expect(existsSync(join(disks, 'web2', ROOT))).toBe(false);

    const leaks = build({ version: '3.0.0', crashesLaterOn: ['web1'] });
    const second = await machines.play(
      machines.open().upgrade({ service: 'Orders', from: leaks, adopt: true }, options),
    );
    expect(outcomes(second)).toEqual(['failed', 'skipped: canary', 'skipped: canary']);
    expect(failures(second)[0]?.error.message).toMatch(/after the wait it is stopped/);
    expect((await machines.all()).slice(1)).toEqual(['1.0.0 running', '1.0.0 running']);
  });

  it('counts a canary that was stopped before, and so stays stopped, as done', async () => {
    const machines = await Machines.create(['web1', 'web2'], false);
    const from = build({ version: '2.0.0' });
    const results = await machines.play(
      machines.open().upgrade({ service: 'Orders', from, adopt: true }, { canary: 1, wait: '1m' }),
    );
    expect(outcomes(results)).toEqual(['orders → 2.0.0', 'orders → 2.0.0']);
    expect(await machines.all()).toEqual(['2.0.0 stopped', '2.0.0 stopped']);
  });

  it('begins no further machine after too many failures', async () => {
    const names = Array.from({ length: 8 }, (_, i) => `web${i + 1}`);
    const machines = await Machines.create(names);
    const from = build({ version: '2.0.0', throwsOn: names });
    const results = await machines.play(
      machines.open({ concurrency: 1 }).upgrade({ service: 'Orders', from, adopt: true }, { maxFailures: 1 }),
    );
    expect(outcomes(results)).toEqual(['failed', 'failed', ...Array<string>(6).fill('skipped: maxFailures')]);
    expect(await machines.all()).toEqual(names.map(() => '1.0.0 running'));
  });

  it('does not go on while a machine hangs in the start of the release: the others are done', async () => {
    const machines = await Machines.create(['web1', 'web2', 'web3']);
    const from = build({ version: '2.0.0', hangsOn: ['web2'] });
    const results = await machines.play(
      machines.open().upgrade({ service: 'Orders', from, adopt: true, startTimeout: '5s', stopTimeout: '5s' }),
    );
    expect(outcomes(results)).toEqual(['orders → 2.0.0', 'failed', 'orders → 2.0.0']);
    // Its process can't be ended from here; the command line is back, and the record says what is left to do.
    expect(failures(results)).toMatchObject([
      { machine: 'web2', error: { code: 'UPGRADE_FAILED', details: { restored: false } } },
    ]);
    expect(await machines.at('web2')).toMatch(/^1\.0\.0 /);
  });

  it('undoes at its signal what is under way, and waits for that', async () => {
    const machines = await Machines.create(['web1', 'web2', 'web3']);
    const abort = new AbortController();
    const from = build({ version: '2.0.0', hangsOn: ['web2'] });
    const results = await machines.play(
      machines.open({ concurrency: 1 }).upgrade(
        {
          ...{ service: 'Orders', from, adopt: true },
          onProgress: (step) => {
            if (step === 'stop' && machines.started.length === 1) abort.abort(new Error('Ctrl+C'));
          },
        },
        { signal: abort.signal },
      ),
    );
    expect(outcomes(results)).toEqual(['orders → 2.0.0', 'failed', 'skipped: interrupted']);
    expect(await machines.all()).toEqual(['2.0.0 running', '1.0.0 running', '1.0.0 running']);
  });

  it('changes nothing for a source that is no release, a service that is not there, or a wrong option', async () => {
    const machines = await Machines.create(['web1', 'web2']);
    const fleet = machines.open();
    const empty = join(disks, 'empty');
    mkdirSync(empty);
    for (const [upgrade, code] of [
      [{ service: 'Orders', from: join(disks, 'missing'), adopt: true }, 'RELEASE_INVALID'],
      [{ service: 'Orders', from: empty, adopt: true }, 'RELEASE_INVALID'],
      [{ service: 'Orders', from: build({ version: '2.0.0' }) }, 'INVALID_OPTIONS'],
      [{ service: 'Nothing', from: build({ version: '2.0.0' }), adopt: true }, 'WIN32'],
      [{ service: 'Orders', from: 'x', keep: 0 }, 'INVALID_OPTIONS'],
      [
        { service: 'Orders', from: build({ version: '2.0.0' }), adopt: true, readyUrl: 'http://localhost:3000' },
        'INVALID_OPTIONS',
      ],
    ] as const) {
      const found = failures(await machines.play(fleet.upgrade(upgrade))).map(
        ({ machine, error }) => `${machine} ${(error as { code?: string }).code}`,
      );
      expect(found, JSON.stringify(upgrade)).toEqual([`web1 ${code}`, `web2 ${code}`]);
    }
    expect(failures(await machines.play(fleet.rollback({ service: 'Orders' })))).toHaveLength(2);
    expect(await machines.all()).toEqual(['1.0.0 running', '1.0.0 running']);
    expect(machines.started).toEqual([]);
  });

  it('gives what prepares a release the share of the machine', async () => {
    const machines = await Machines.create(['web1', 'web2']);
    const prepared: string[] = [];
    await machines.play(
      machines.open({ concurrency: 1 }).upgrade({
        ...{ service: 'Orders', from: build({ version: '2.0.0' }), adopt: true },
        prepare: (folder) => void prepared.push(folder),
      }),
    );
    expect(prepared).toEqual(['web1', 'web2'].map((machine) => join(disks, machine, ROOT, '2.0.0')));
  });
});

describe('the readiness of a release on another machine', () => {
  it.each(['http://localhost:3000/', 'http://127.0.0.1/', 'http://[::1]:8080/', 'https://app.localhost/'])(
    'is not asked from this one: %s is refused before anything is done',
    async (url) => {
      const machines = await Machines.create(['web1']);
      const from = build({ version: '2.0.0' });
      for (const option of ['--ready-url', '--ready-checks']) {
        const { code, json } = await machines.cli(
          'upgrade',
          'Orders',
          '--from',
          from,
          '--adopt',
          option,
          url,
          '--json',
        );
        expect(code).toBe(1);
        expect(json).toMatchObject({
          machines: [
            {
              outcome: 'failed',
              error: { message: expect.stringMatching(/the service is on web1\. Write \{machine\}/) as string },
            },
          ],
        });
      }
      expect(machines.started).toEqual([]);
    },
  );

  it('is asked at the machine', async () => {
    const machines = await Machines.create(['web1', '2001:db8::7', '127.0.0.1']);
    const from = build({ version: '2.0.0' });
    const run = await machines.cli(
      ...['upgrade', 'Orders', '--from', from, '--adopt', '--plan', '--json'],
      ...[
        '--ready-url',
        'http://{machine}:3000/readyz',
        '--ready-checks',
        'tcp:3001',
        '--ready-checks',
        'tcp:{machine}:3002',
      ],
    );
    expect(run.code, run.stdout).toBe(0);
    const steps = (run.json['machines'] as { result: { steps: string[] } }[]).map(({ result }) =>
      result.steps.find((step) => step.startsWith('wait until')),
    );
    expect(steps).toEqual([
      'wait until it is ready: http://web1:3000/readyz, tcp web1:3001, tcp web1:3002',
      'wait until it is ready: http://[2001:db8::7]:3000/readyz, tcp 2001:db8::7:3001, tcp 2001:db8::7:3002',
      'wait until it is ready: http://127.0.0.1:3000/readyz, tcp 127.0.0.1:3001, tcp 127.0.0.1:3002',
    ]);
  });
});

describe('winsvc upgrade and rollback --machines', () => {
  it('have a line for each machine, exit code 1 when one failed, and keep the others', async () => {
    const machines = await Machines.create(['web1', 'web2', 'web3']);
    const from = build({ version: '2.0.0', throwsOn: ['web3'] });
    const run = await machines.cli('upgrade', 'Orders', '--from', from, '--adopt');
    expect(run.code).toBe(1);
    const lines = run.stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^web1\tdone\t.*\trelease orders → 2\.0\.0, running, down for /);
    expect(lines[2]).toMatch(/^web3\tfailed\t.*\tUpgrade of service "Orders" from release orders to 2\.0\.0 failed/);
    expect(run.stderr).toContain('2 done, 1 failed, 0 skipped.');
    const back = await machines.cli('rollback', 'Orders', '--json');
    // web3 has had no other release.
    expect(back.code).toBe(1);
    expect(back.json).toMatchObject({
      ...{ done: 2, failed: 1 },
      machines: [
        { machine: 'web1', result: { from: '2.0.0', to: 'orders', started: true } },
        { machine: 'web2', result: { to: 'orders' } },
        { machine: 'web3', outcome: 'failed', error: { code: 'INVALID_OPTIONS' } },
      ],
    });
    expect(await machines.all()).toEqual(['1.0.0 running', '1.0.0 running', '1.0.0 running']);
  });

  it('check the canary again after the wait', async () => {
    const machines = await Machines.create(['web1', 'web2']);
    const from = build({ version: '2.0.0', crashesLaterOn: ['web1'] });
    const run = await machines.cli(
      'upgrade',
      'Orders',
      '--from',
      from,
      '--adopt',
      '--canary',
      '1',
      '--wait',
      '100ms',
      '--json',
    );
    expect(run.code).toBe(1);
    expect(run.json).toMatchObject({
      machines: [
        {
          machine: 'web1',
          outcome: 'failed',
          error: { message: expect.stringMatching(/after the wait it is stopped/) as string },
        },
        { machine: 'web2', outcome: 'skipped', reason: 'canary' },
      ],
    });
    expect(await machines.at('web2')).toBe('1.0.0 running');
  });
});
