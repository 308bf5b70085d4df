import { channel } from 'node:diagnostics_channel';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ServiceError } from '../../../src/errors/service-error.ts';
import { createHealth, customCheck } from '../../../src/health/index.ts';
import { defineService } from '../../../src/index.ts';
import { OverflowBuffer } from '../../../src/logging/write/overflow-buffer.ts';
import { createMetrics, writeFileSd } from '../../../src/metrics/index.ts';
import { createMockScm } from '../../../src/testing/index.ts';
import { createManualClock } from '../../../src/testing/time/manual-clock.ts';
import { createWatchdog } from '../../../src/watchdog/index.ts';
import { fakeService } from '../watchdog/fake-service.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winsvc-metrics-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Values by their name with labels. */
function valuesOf(text: string): Record<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

describe('the metrics of a service', () => {
  it('have its state by the names of windows_exporter, its phases, controls, failures and hangs', async () => {
    const scm = createMockScm();
    const service = defineService({
      name: 'Orders',
      start: () => undefined,
      pause: () => undefined,
      resume: () => undefined,
      on: { paramChange: () => undefined },
    });
    const metrics = await createMetrics({ service, process: false });
    const run = await scm.start(service);
    await run.control('pause');
    await run.control('continue');
    await run.control('paramChange');
    service.emit('error', new ServiceError('HANG', 'blocked'));
    service.emit('error', new Error('other'));
    const values = valuesOf(await metrics.metrics());
    expect(values).toMatchObject({
      'winsvc_service_state{name="orders",state="running"}': 1,
      'winsvc_service_state{name="orders",state="stop pending"}': 0,
      'winsvc_service_phase_duration_seconds_count{name="orders",phase="start"}': 1,
      'winsvc_service_phase_duration_seconds_count{name="orders",phase="pause"}': 1,
      'winsvc_service_phase_duration_seconds_count{name="orders",phase="resume"}': 1,
      'winsvc_controls_total{control="paramChange"}': 1,
      'winsvc_service_failures_total{name="orders",code="OTHER"}': 1,
      'winsvc_service_hangs_total{name="orders"}': 1,
    });
    await run.stop();
    const after = valuesOf(await metrics.metrics());
    expect(after['winsvc_service_state{name="orders",state="stopped"}']).toBe(1);
    expect(after['winsvc_service_phase_duration_seconds_count{name="orders",phase="stop"}']).toBe(1);
    metrics.close();
    metrics.close();
    expect(
      service.listenerCount('control') + service.listenerCount('error') + service.listenerCount('stateChange'),
    ).toBe(0);
  });

  it('count the writes that the log files dropped', async () => {
    const metrics = await createMetrics({ process: false, health: createHealth({ checks: [] }) });
    const buffer = new OverflowBuffer(1_024, String);
    buffer.add('x'.repeat(40 * 2 ** 20));
    for (let n = 0; n < 3; n += 1) buffer.add('x'.repeat(40 * 2 ** 20));
    expect(valuesOf(await metrics.metrics())['winsvc_log_dropped_total']).toBe(2);
    metrics.close();
    channel('winsvc:log.dropped').publish({});
    expect(valuesOf(await metrics.metrics())['winsvc_log_dropped_total']).toBe(2);
  });
});

describe('the metrics of a machine', () => {
  const listed = [
    { name: 'Orders', state: 'running' as const, pid: 10 },
    { name: 'Mail', state: 'stopPending' as const, pid: 11 },
    { name: 'Übersicht "1"\\x', state: 'paused' as const, pid: 12 },
  ];

  it('have each service, or those that were named, and count new processes', async () => {
    let list = listed;
    const metrics = await createMetrics({
      manager: { list: async () => list },
      services: ['orders', 'MAIL'],
      process: false,
    });
    expect(valuesOf(await metrics.metrics())).toMatchObject({
      'winsvc_service_state{name="orders",state="running"}': 1,
      'winsvc_service_state{name="mail",state="stop pending"}': 1,
      'winsvc_service_restarts_total{name="orders"}': 0,
    });
    expect(await metrics.metrics()).not.toContain('bersicht');
    for (const pid of [20, 0, 20, 0, 21]) {
      list = [{ name: 'Orders', state: 'running', pid }];
      await metrics.metrics();
    }
    expect(valuesOf(await metrics.metrics())['winsvc_service_restarts_total{name="orders"}']).toBe(2);
    const all = await createMetrics({ manager: { list: async () => listed }, process: false });
    expect(await all.metrics()).toContain('name="übersicht \\"1\\"\\\\x",state="paused"} 1');
  });

  it('stay readable while the SCM does not answer', async () => {
    const metrics = await createMetrics({
      manager: { list: () => Promise.reject(new Error('1722')) },
      labels: { team: 'a' },
    });
    const values = valuesOf(await metrics.metrics());
    expect(values['winsvc_service_list_failures_total{team="a"}']).toBe(1);
    expect(Object.keys(values).some((name) => name.startsWith('process_cpu_seconds_total{team="a"'))).toBe(true);
    expect(await metrics.metrics()).toContain('# TYPE nodejs_gc_duration_seconds histogram');
  });

  it('work with the real type of a manager', async () => {
    const scm = createMockScm();
    const manager = scm.manager();
    await manager.install(defineService({ name: 'Orders', start: () => undefined }));
    const metrics = await createMetrics({ manager, process: false });
    expect(valuesOf(await metrics.metrics())['winsvc_service_state{name="orders",state="stopped"}']).toBe(1);
  });
});

describe('the metrics of a watchdog', () => {
  it('have its targets, actions, notices and checks', async () => {
    const clock = createManualClock();
    const service = fakeService(clock);
    const watchdog = createWatchdog({ targets: [{ name: 'Orders', service }], clock });
    const metrics = await createMetrics({ watchdog, process: false });
    await watchdog.start();
    await clock.advance('10s');
    service.kill();
    await clock.advance('1m');
    expect(valuesOf(await metrics.metrics())).toMatchObject({
      'winsvc_watchdog_target_state{target="Orders",state="normal"}': 1,
      'winsvc_watchdog_target_state{target="Orders",state="failed"}': 0,
      'winsvc_watchdog_actions_total{target="Orders",action="restart"}': 1,
      'winsvc_watchdog_action_failures_total{target="Orders",action="restart"}': 0,
      'winsvc_watchdog_notices_total{kind="recovered"}': 1,
      'winsvc_check_state{check="Orders: service",kind="service",state="healthy"}': 1,
    });
    metrics.close();
    await watchdog.close();
  });
});

describe('the text', () => {
  it('has each metric once, also with every source', async () => {
    const scm = createMockScm();
    const service = defineService({ name: 'Orders', start: () => undefined });
    const health = createHealth({ checks: [customCheck('a', () => true)] });
    const watchdog = createWatchdog({ targets: [{ name: 'Orders', service: fakeService(createManualClock()) }] });
    const metrics = await createMetrics({ service, health, watchdog, manager: scm.manager(), labels: { team: 'a' } });
    const text = await metrics.metrics();
    const names = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
    expect(names.filter((name, index) => names.indexOf(name) < index)).toEqual([]);
    expect(text.endsWith('\n')).toBe(true);
    metrics.close();
  });

  it('for a textfile leaves the process out, and replaces the file as a whole', async () => {
    const metrics = await createMetrics({ manager: { list: async () => [{ name: 'Orders', state: 'stopped' }] } });
    const path = join(folder, 'winsvc.prom');
    for (let n = 0; n < 3; n += 1) await metrics.writeTextfile(path);
    const text = await readFile(path, 'utf8');
    expect(text).toContain('winsvc_service_state{name="orders",state="stopped"} 1');
    expect(text).not.toMatch(/^(?:process|nodejs)_/m);
    expect(await readdir(folder)).toEqual(['winsvc.prom']);
  });
});

describe('writeFileSd', () => {
  it('writes what file_sd_configs reads', async () => {
    const path = join(folder, 'targets.json');
    await writeFileSd(path, [
      { targets: ['server-1:9100', '[::1]:9100'], labels: { team: 'orders' } },
      { targets: [] },
    ]);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual([
      { targets: ['server-1:9100', '[::1]:9100'], labels: { team: 'orders' } },
      { targets: [], labels: {} },
    ]);
  });

  it.each([
    ['x.txt', [], 'path: must end with .json'],
    ['x.json', [{ targets: ['http://server:9100'] }], 'groups.0.targets.0: must be a host and a port'],
    ['x.json', [{ targets: ['server:9100/metrics'] }], 'groups.0.targets.0'],
    ['x.json', [{ targets: ['a'], labels: { 'a-b': 'c' } }], 'groups.0.labels'],
    ['x.json', [{ target: ['a'] }], 'groups.0.target: is not an option'],
  ])('refuses %s with %j', async (name, groups, message) => {
    await expect(writeFileSd(join(folder, name), groups as never)).rejects.toThrow(message);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('createMetrics', () => {
  it.each([
    [{ process: false }, 'nothing to measure'],
    [{ services: ['a'] }, 'services: needs manager'],
    [{ prefix: '1x' }, 'prefix'],
    [{ labels: { 'a b': 'c' } }, 'labels'],
    [{ service: {} }, 'service'],
  ])('refuses %j', async (options, message) => {
    await expect(createMetrics(options as never)).rejects.toThrow(message);
  });
});
