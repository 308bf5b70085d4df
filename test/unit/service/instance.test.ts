import { describe, expect, it } from 'vitest';
import { defineService, type ServiceContext } from '../../../src/index.ts';
import { installedAs, takeInstance } from '../../../src/service/options/instance.ts';
import { parseServiceOptions } from '../../../src/service/options/parse-options.ts';
import { Service, type ServiceEnvironment } from '../../../src/service/service.ts';
import { createMockScm } from '../../../src/testing/index.ts';
import { runCli } from '../cli/harness.ts';

describe('instances of a service', () => {
  it('run side by side, each with its own name, instance, settings and commands', async () => {
    const scm = createMockScm();
    const seen: [string, string | undefined, string][] = [];
    const note = (what: string) => (ctx: ServiceContext) => void seen.push([ctx.name, ctx.instance, what]);
    const orders = defineService({
      name: 'Orders',
      displayName: 'Bestellungen',
      instance: true,
      start: note('start'),
      stop: note('stop'),
      commands: { rotate: { code: 200, run: note('rotate') } },
      install: { startType: 'delayed' },
    });
    const manager = scm.manager();
    for (const instance of ['8081', 'zwei Ü']) await manager.install(orders.forInstance(instance));
    expect(await manager.service('Orders@zwei Ü').config()).toMatchObject({
      displayName: 'Bestellungen (zwei Ü)',
      startType: 'delayed',
      account: 'NT SERVICE\\Orders@zwei Ü',
    });
    await manager.service('Orders@8081').start();
    await manager.service('Orders@zwei Ü').start();
    await manager.service(orders.forInstance('8081')).command('rotate');
    await manager.service('orders@8081').stop();
    expect(seen).toEqual([
      ['Orders@8081', '8081', 'start'],
      ['Orders@zwei Ü', 'zwei Ü', 'start'],
      ['Orders@8081', '8081', 'rotate'],
      ['Orders@8081', '8081', 'stop'],
    ]);
    expect(await manager.service('Orders@zwei Ü').status()).toMatchObject({ state: 'running' });
    expect(scm.eventLog.records.filter(({ severity }) => severity === 'warn')).toEqual([]);
    // The service without an instance may be there too.
    await manager.install(orders);
    await manager.service('Orders').start();
    expect(seen.at(-1)).toEqual(['Orders', undefined, 'start']);
  });

  it('take their event source along, unless the definition names one for all', () => {
    const own = parseServiceOptions({ name: 'Orders', instance: 'a', start() {} });
    expect(own).toMatchObject({
      name: 'Orders@a',
      instance: 'a',
      eventLog: { source: 'Orders@a' },
      displayName: 'Orders@a',
    });
    const shared = parseServiceOptions({ name: 'Orders', instance: 'a', eventLog: { source: 'Shop' }, start() {} });
    expect(shared.eventLog).toMatchObject({ source: 'Shop' });
  });

  it('are known by the installed name, whatever its case', () => {
    const definition = parseServiceOptions({ name: 'Orders', instance: true, start() {} });
    expect(installedAs(definition, 'ORDERS@x')).toMatchObject({ name: 'ORDERS@x', instance: 'x' });
    expect(installedAs(definition, 'Orders')).toMatchObject({ name: 'Orders', instance: undefined });
    expect(installedAs(definition, 'Orders2@x')).toMatchObject({ name: 'Orders2@x', instance: undefined });
    const fixed = parseServiceOptions({ name: 'Orders', instance: 'a', start() {} });
    expect(installedAs(fixed, 'Orders@b')).toMatchObject({
      name: 'Orders@b',
      instance: 'b',
      eventLog: { source: 'Orders@b' },
    });
    const none = parseServiceOptions({ name: 'Orders', start() {} });
    expect(installedAs(none, 'Orders@x')).toMatchObject({ name: 'Orders@x', instance: undefined });
  });

  it.each(['a@b', 'a/b', 'a\\b', ' a', 'a ', '', 'a\nb', 'x'.repeat(65)])('can not be called %j', (instance) => {
    const orders = defineService({ name: 'Orders', instance: true, start() {} });
    expect(() => orders.forInstance(instance)).toThrow(/instance: /);
    expect(() => defineService({ name: 'Orders', instance, start() {} })).toThrow(/instance: /);
  });

  it('need a definition that allows them, and a name that fits', () => {
    expect(() => defineService({ name: 'Orders', start() {} }).forInstance('a')).toThrow(/instance: true/);
    expect(() => defineService({ name: 'Orders', instance: false, start() {} }).forInstance('a')).toThrow(
      /instance: true/,
    );
    const long = defineService({ name: 'x'.repeat(250), instance: true, start() {} });
    expect(() => long.forInstance('12345678')).toThrow(/256 characters/);
  });
});

describe('--instance', () => {
  it.each([
    [['--instance', '8081', 'start'], '8081', ['start']],
    [['start', '--instance=80=81', '--json'], '80=81', ['start', '--json']],
    [['run', '--', '--instance', 'x'], undefined, ['run', '--', '--instance', 'x']],
    [['run', '--instances', 'x'], undefined, ['run', '--instances', 'x']],
    [['start', '--instance'], '', ['start']],
  ])('%j', (argv, instance, rest) => {
    expect(takeInstance(argv)).toEqual({ instance, rest });
  });

  it('makes a verb work on the instance, and run be it', async () => {
    const asked: unknown[] = [];
    const environment: ServiceEnvironment = {
      pickHost: (name, args) => (asked.push({ host: name, args }), Promise.reject(new Error('no host here'))),
      runCommand: ({ name }, argv) => Promise.resolve(asked.push({ service: name, argv })),
      log: { write: () => undefined },
      withEventLog: (log) => log,
    };
    const make = (instance: boolean): Service =>
      new Service(parseServiceOptions({ name: 'Orders', instance, start() {} }), environment);
    await make(true).runCli(['start', '--instance', '8081'], { exit: false });
    await expect(make(true).runCli(['run', '--instance', '8081', 'a'], { exit: false })).rejects.toThrow('no host');
    await expect(make(true).runCli(['--instance=', 'start'], { exit: false })).rejects.toThrow(
      /instance: must not be empty/,
    );
    // It is the program's own option where there are no instances.
    await expect(make(false).runCli(['run', '--instance', '8081'], { exit: false })).rejects.toThrow('no host');
    expect(asked).toEqual([
      { service: 'Orders@8081', argv: ['start'] },
      { host: 'Orders@8081', args: ['a'] },
      { host: 'Orders', args: ['--instance', '8081'] },
    ]);
  });

  it('installs and shows the instance', async () => {
    const scm = createMockScm();
    const orders = defineService({
      name: 'Orders',
      instance: true,
      start() {},
      install: { program: { script: 'service.js' } },
    });
    const service = orders.forInstance('8081');
    expect(await runCli(['install'], { scm, service })).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Orders@8081 is installed/) as string,
    });
    scm.register('Orders@8081', service);
    expect((await runCli(['start'], { scm, service })).stdout).toMatch(/^Orders@8081 is running/);
    expect((await runCli(['status', '--json'], { scm, service })).json).toMatchObject({
      service: 'Orders@8081',
      state: 'running',
    });
    expect((await runCli(['--help'], { scm, service })).stdout).toMatch(/--instance\s+NAME/);
  });
});
