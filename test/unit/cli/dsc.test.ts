import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { toDscManifest } from '../../../src/cli/dsc/manifest.ts';
import { defineService } from '../../../src/index.ts';
import { createMockScm, type MockScm } from '../../../src/testing/index.ts';
import { ROOT } from '../../support/imports.ts';
import { runCli } from './harness.ts';

const ORDERS = {
  name: 'Orders',
  imagePath: 'C:\\orders.exe',
  startType: 'demand',
  environment: { API_TOKEN: 'geheim' },
} as const;

/** Calls a verb as DSC does. Returns the lines of JSON. */
async function call(scm: MockScm, verb: string, input?: unknown) {
  const stdin = input === undefined ? {} : { stdin: typeof input === 'string' ? input : JSON.stringify(input) };
  const { code, stdout, stderr } = await runCli(['dsc', verb], { scm, ...stdin });
  const isLines = code === 0 && verb !== 'manifest' && verb !== 'schema';
  const lines = isLines
    ? stdout
        .trim()
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as unknown)
    : [];
  return { code, stdout, stderr, lines };
}

async function withOrders(): Promise<MockScm> {
  const scm = createMockScm();
  const { name, ...install } = ORDERS;
  const service = defineService({ name, eventLog: false, logging: false, start: () => undefined, install });
  let done = false;
  const installed = scm
    .manager()
    .install(service)
    .finally(() => (done = true));
  while (!(done as boolean)) await scm.clock.advance(20);
  await installed;
  return scm;
}

describe('winsvc dsc', () => {
  it('get prints a service without secrets, and one that there is not', async () => {
    const scm = await withOrders();
    const found = await call(scm, 'get', { name: 'Orders' });
    expect(found.lines).toMatchObject([{ name: 'Orders', startType: 'demand', running: false, _exist: true }]);
    expect(found.stdout).not.toContain('geheim');
    expect((await call(scm, 'get', { name: 'Missing' })).lines).toEqual([{ name: 'Missing', _exist: false }]);
  });

  it('test prints the state and the properties that differ', async () => {
    const scm = await withOrders();
    const same = await call(scm, 'test', { ...ORDERS, running: false, _exist: true });
    expect(same.lines).toMatchObject([{ _inDesiredState: true }, []]);
    const other = await call(scm, 'test', { ...ORDERS, startType: 'auto', running: true });
    expect(other.lines).toMatchObject([{ startType: 'demand', _inDesiredState: false }, ['startType', 'running']]);
    const gone = await call(scm, 'test', { name: 'Orders', _exist: false });
    expect(gone.lines).toMatchObject([{ _inDesiredState: false }, ['_exist']]);
    const missing = await call(scm, 'test', { name: 'New', imagePath: 'C:\\new.exe' });
    expect((missing.lines[1] as string[]).slice(0, 1)).toEqual(['_exist']);
  });

  it('set changes, starts and stops it, and does nothing the second time', async () => {
    const scm = await withOrders();
    const wanted = { ...ORDERS, startType: 'auto', running: true };
    const first = await call(scm, 'set', wanted);
    expect(first.lines).toMatchObject([{ startType: 'auto', running: true }, ['startType', 'running']]);
    expect((await call(scm, 'set', wanted)).lines).toMatchObject([{ running: true }, []]);
    expect((await call(scm, 'set', { name: 'Orders', running: false })).lines).toMatchObject([
      { running: false },
      ['running'],
    ]);
  });

  it('set installs and removes', async () => {
    const scm = createMockScm();
    const made = await call(scm, 'set', { name: 'New', imagePath: 'C:\\new.exe' });
    expect(made.lines[0]).toMatchObject({ name: 'New', _exist: true });
    expect((await call(scm, 'set', { name: 'New', _exist: false })).lines).toEqual([
      { name: 'New', _exist: false },
      ['_exist'],
    ]);
    expect((await call(scm, 'set', { name: 'New', _exist: false })).lines).toEqual([
      { name: 'New', _exist: false },
      [],
    ]);
  });

  it('what-if and delete: the first changes nothing, the second may be called twice', async () => {
    const scm = await withOrders();
    const { lines, stdout } = await call(scm, 'what-if', {
      ...ORDERS,
      startType: 'auto',
      running: true,
      password: 'x',
    });
    expect(lines).toMatchObject([{ startType: 'auto', running: true, _exist: true }, ['startType', 'running']]);
    expect(stdout).not.toMatch(/geheim|password/);
    expect((await call(scm, 'get', { name: 'Orders' })).lines).toMatchObject([{ startType: 'demand' }]);
    for (let times = 0; times < 2; times++)
      expect(await call(scm, 'delete', { name: 'Orders' })).toMatchObject({ code: 0, stdout: '' });
    expect((await call(scm, 'get', { name: 'Orders' })).lines).toEqual([{ name: 'Orders', _exist: false }]);
  });

  it('export prints every service, one line each', async () => {
    const scm = await withOrders();
    expect((await call(scm, 'export')).lines).toMatchObject([{ name: 'Orders', _exist: true }]);
  });

  it.each([
    ['', /must be an object|1:1/],
    ['[]', /name is missing/],
    ['{ "name": "Orders", "password": "geheim" ', /1:\d+/],
    ['{ "name": 5 }', /name is missing/],
    ['{ "name": "Orders", "_exist": "no" }', /_exist must be/],
    ['{ "name": "Orders", "running": 1 }', /running must be/],
    ['{ "name": "Orders", "startType": "soon" }', /startType/],
  ])('%s is refused, and quoted nowhere', async (input, message) => {
    const scm = await withOrders();
    const { code, stderr, stdout } = await call(scm, 'set', input);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr + stdout).not.toContain('geheim');
  });

  it('has a schema that its own instances match', async () => {
    const { stdout } = await call(createMockScm(), 'schema');
    const validate = new Ajv2020({ strict: false }).compile(JSON.parse(stdout) as object);
    expect(
      validate({ ...ORDERS, running: true, _exist: true, recovery: { actions: [{ type: 'restart', delay: '1s' }] } }),
    ).toBe(true);
    for (const wrong of [
      {},
      { name: 'Orders', startType: 'soon' },
      { name: 'Orders', unknown: 1 },
      { name: 'Orders', running: 1 },
    ])
      expect(validate(wrong)).toBe(false);
  });

  it('has a manifest, and ships it', async () => {
    const { stdout } = await call(createMockScm(), 'manifest');
    expect(JSON.parse(stdout)).toMatchObject({
      type: 'Winsvc/Service',
      get: { executable: process.execPath, input: 'stdin' },
    });
    const shipped = JSON.parse(readFileSync(join(ROOT, 'deploy/dsc/winsvc.dsc.resource.json'), 'utf8')) as {
      version: string;
    };
    expect(shipped.version).toMatch(/^\d+\.\d+\.\d+$/);
    const own = toDscManifest({ executable: 'winsvc.cmd', args: [] }, shipped.version);
    expect(shipped).toEqual(JSON.parse(JSON.stringify(own)));
  });
});
