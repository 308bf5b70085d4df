// The PowerShell recipes of docs/fleet.md: their commands run, and the answers have every property that the recipes read.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineService } from '../../../src/index.ts';
import { createManualClock } from '../../../src/testing/index.ts';
import { MockScm } from '../../../src/testing/mock-scm.ts';
import { ROOT } from '../../support/imports.ts';
import { type CliRun, runCli } from '../cli/harness.ts';

let dir: string;
let recipes: string;
const scms = new Map<string, MockScm>();

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'winsvc powershell '));
  const page = await readFile(join(ROOT, 'docs/fleet.md'), 'utf8');
  recipes = [...page.matchAll(/^```powershell\n([^]*?)^```$/gm)].map(([, text = '']) => text).join('\n');
  const clock = createManualClock();
  for (const machine of ['web1', 'web2']) {
    const scm = new MockScm(clock, {});
    scms.set(machine, scm);
    const start = (): void => {
      if (machine === 'web2') throw new Error('no database');
    };
    await scm.manager().install(defineService({ name: 'Orders', start }));
  }
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const winsvc = (...argv: string[]): Promise<CliRun> =>
  runCli(argv, {
    scm: scms.get('web1')!,
    fleetManager: (machine) => {
      const scm = scms.get(machine);
      return scm ? Promise.resolve(scm.manager({ machine })) : Promise.reject(new Error(`${machine} is off`));
    },
  });

/** Properties that the recipes read of an object in the pipeline: `$_.exit.win32`. */
function pathsIn(text: string): string[] {
  return [...new Set([...text.matchAll(/\$_\.([a-z]\w*(?:\.\w+)*)/g)].map(([, path = '']) => path))].sort();
}

function read(object: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object);
}

describe('the PowerShell recipes', () => {
  it('read only properties that a test here covers', () => {
    expect(pathsIn(recipes)).toEqual([
      'config.account',
      'error.message',
      'exit.win32',
      'machine',
      'result.changes',
      'result.state',
      'state',
    ]);
    expect(recipes).toContain('$change.setting): $($change.from) -> $($change.to)');
    expect(recipes).toContain('Select-Object machine, outcome, elapsedMs,');
  });

  it('find the machines whose service does not run, and why', async () => {
    await winsvc('start', 'Orders', '--machines', 'web1');
    const file = join(dir, 'webservers.txt');
    await writeFile(file, 'web1\nweb2\noff\n');
    const { code, json } = await winsvc('status', 'Orders', '--machines', `@${file}`, '--json');
    expect(code).toBe(1);
    const machines = json['machines'] as Record<string, unknown>[];
    expect(machines.map((one) => [one['machine'], one['outcome'], read(one, 'result.state')])).toEqual([
      ['web1', 'done', 'running'],
      ['web2', 'done', 'stopped'],
      ['off', 'failed', undefined],
    ]);
    expect(read(machines[2], 'error.message')).toBe('off is off');
    for (const one of machines) expect(one['elapsedMs']).toBeTypeOf('number');
  });

  it('list what has drifted, with exit code 3', async () => {
    const spec = join(dir, 'orders.json');
    await writeFile(spec, JSON.stringify({ name: 'Orders', startType: 'delayed', description: 'of the shop' }));
    const { code, json } = await winsvc('ensure', spec, '--check', '--machines', 'web1,web2', '--json');
    expect(code).toBe(3);
    for (const one of json['machines'] as Record<string, unknown>[])
      expect(read(one, 'result.changes')).toEqual([
        expect.objectContaining({ setting: 'description', from: null, to: 'of the shop' }),
        expect.objectContaining({ setting: 'startType', from: 'auto', to: 'delayed' }),
      ]);
  });

  it('find services that ended with an error, with their account', async () => {
    await winsvc('start', 'Orders', '--machines', 'web2');
    const { json } = await runCli(['list', '--long', '--json'], { scm: scms.get('web2')! });
    const [service] = json['services'] as Record<string, unknown>[];
    expect(service).toMatchObject({ name: 'Orders', state: 'stopped', exit: { win32: 1064 } });
    expect(read(service, 'config.account')).toBe('NT SERVICE\\Orders');
  });

  it('stop a pipeline at an upgrade that failed', async () => {
    const argv = ['upgrade', 'Orders', '--from', join(dir, 'missing.tgz'), '--machines', 'web1,web2'];
    const { code, json } = await winsvc(...argv, '--canary', '1', '--wait', '2m', '--json');
    expect(code).toBe(1);
    expect((json['machines'] as { outcome: string }[]).map(({ outcome }) => outcome)).toEqual(['failed', 'skipped']);
  });

  it('get one JSON document, which Windows PowerShell 5.1 reads as a whole', async () => {
    for (const argv of [['status', 'Orders'], ['list'], ['ensure', join(dir, 'orders.json'), '--check']]) {
      const { stdout } = await winsvc(...argv, '--machines', 'web1,off', '--json');
      expect(() => JSON.parse(stdout) as unknown, argv[0]).not.toThrow();
      // Its keys differ by more than their case: ConvertFrom-Json takes them for the same.
      const keys = JSON.stringify(JSON.parse(stdout)).match(/"\w+":/g) ?? [];
      const lower = new Map([...new Set(keys)].map((key) => [key.toLowerCase(), key]));
      expect(lower.size).toBe(new Set(keys).size);
    }
  });
});
