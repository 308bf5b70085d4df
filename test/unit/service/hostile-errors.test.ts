// Whatever an app throws or hands over, in every place that takes it: errors whose getters throw, revoked proxies, circles.
import { once } from 'node:events';
import { Agent, createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { closeHttpServer, defineService, type ServiceOptions } from 'winsvc';
import { loadConfig } from 'winsvc/config';
import { createHealth, customCheck, healthServer } from 'winsvc/health';
import { createMockScm } from 'winsvc/testing';
import { createWatchdog } from 'winsvc/watchdog';
import * as z from 'zod';
import { createManualClock } from '../../../src/testing/time/manual-clock.ts';
import { eventually } from '../../support/eventually.ts';
import { fail, revoked, withGetter } from '../../support/hostile.ts';

const HOSTILE: Readonly<Record<string, () => unknown>> = {
  'its own cause': () => {
    const error = new Error('self');
    error.cause = error;
    return error;
  },
  'a throwing message': () => withGetter('message'),
  'a throwing stack': () => withGetter('stack'),
  'a throwing name': () => withGetter('name'),
  'a throwing code': () => withGetter('code'),
  'a throwing cause': () => withGetter('cause'),
  'a throwing toJSON': () => ({ toJSON: fail }),
  'a throwing inspect.custom': () => ({ [inspect.custom]: fail }),
  'a throwing toString': () => ({ toString: fail, [Symbol.toPrimitive]: fail }),
  'a revoked proxy': () => revoked({}),
  'a revoked proxy of an error': () => revoked(new Error('x')),
  'a proxy whose traps throw': () =>
    new Proxy(new Error('x'), { get: fail, has: fail, getPrototypeOf: fail, ownKeys: fail }),
  'an object without a prototype': () => Object.create(null) as object,
  'a symbol': () => Symbol('x'),
  'a bigint': () => 5n,
  undefined: () => undefined,
};
const kinds = Object.entries(HOSTILE);

describe.each(kinds)('%s', (_kind, make) => {
  const thrower = (): never => {
    throw make();
  };
  const rejecter = async (): Promise<never> => {
    await Promise.resolve();
    return thrower();
  };
  const ways: Readonly<Record<string, Partial<ServiceOptions>>> = {
    stop: { stop: thrower },
    hook: {
      start(ctx) {
        ctx.onShutdown('hook', thrower);
      },
    },
    command: { commands: { go: { code: 200, run: thrower } } },
    pause: { pause: thrower, resume: () => undefined },
    control: { on: { sessionChange: thrower } },
    fail: {
      start(ctx) {
        setImmediate(() => {
          ctx.fail(make());
        });
      },
    },
  };

  it.each(Object.keys(ways))('ends the service with a record: thrown in %s', async (way) => {
    const scm = createMockScm({ clock: 'real' });
    const service = defineService({ name: 'Hostile', start: () => undefined, logging: false, ...ways[way] });
    const run = await scm.start(service);
    if (way === 'command') await run.command('go').catch(() => undefined);
    if (way === 'pause') await run.pause().catch(() => undefined);
    if (way === 'control')
      await run.notify({ type: 'sessionChange', reason: 'lock', sessionId: 7 }).catch(() => undefined);
    if (way === 'stop' || way === 'hook') await run.stop();
    await eventually(() => expect(run.exit).toBeDefined());
    expect(scm.eventLog.records.map(({ severity }) => severity)).toContain('error');
  });

  it('ends a start with a record: thrown or rejected', async () => {
    for (const start of [thrower, rejecter]) {
      const scm = createMockScm({ clock: 'real' });
      await expect(scm.start(defineService({ name: 'Hostile', start, logging: false }))).rejects.toThrow();
      expect(scm.eventLog.records.map(({ severity }) => severity)).toContain('error');
    }
  });

  it('is logged by a service that goes on, as message, data and checkpoint', async () => {
    const scm = createMockScm({ clock: 'real' });
    const run = await scm.start(
      defineService({
        name: 'Hostile',
        logging: false,
        start(ctx) {
          for (const level of ['debug', 'info', 'warn', 'error'] as const) {
            ctx.log[level](make() as string);
            ctx.log[level]('message', make() as never);
            ctx.log[level]('message', { error: make(), err: make(), other: make() });
          }
          ctx.checkpoint(make() as string);
        },
      }),
    );
    await run.stop();
    expect(run.exit).toEqual({ win32: 0 });
  });

  it('is a failed check, and the endpoints answer', async () => {
    const options = { interval: '1h' } as const;
    const health = createHealth({
      checks: [
        customCheck('throws', thrower, options),
        customCheck('rejects', rejecter, options),
        customCheck(
          'data',
          () => ({ verdict: 'pass', message: make() as string, data: { value: make() as string } }),
          options,
        ),
        customCheck('all data', () => ({ verdict: 'pass', data: make() as never }), options),
        customCheck('verdict', () => ({ verdict: make() as 'pass' }), options),
        customCheck('answer', () => make() as boolean, options),
      ],
    });
    health.start();
    const server = await healthServer(health, { port: 0 });
    try {
      await eventually(() => expect(health.report().checks.every(({ lastAt }) => lastAt)).toBe(true));
      const failed = health.report().checks.filter(({ failures }) => failures > 0);
      expect(failed.map(({ name }) => name)).toEqual(
        ['throws', 'rejects', 'verdict', 'answer'].slice(0, make() === undefined ? 3 : 4),
      );
      for (const path of ['livez', 'readyz', 'startupz', 'healthz']) {
        const answer = await fetch(`http://127.0.0.1:${server.port}/${path}`);
        expect([200, 503]).toContain(answer.status);
        expect(await answer.json()).toHaveProperty('status');
      }
    } finally {
      await server.close();
      health.stop();
    }
  });

  it('makes a configuration invalid, from a layer or a schema', async () => {
    const schema = z.object({ a: z.number().optional() });
    const layers = [rejecter, thrower, () => Promise.resolve({ value: { a: make() ?? 'x' } })];
    for (const read of layers)
      await expect(loadConfig({ schema, server: { name: 'layer', read } })).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
      });
    const throwing = z.object({ a: z.number().refine(thrower) });
    await expect(loadConfig({ schema: throwing, defaults: { a: 1 } })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
  });

  it('is refused as a server or a time, and as a choice of responses it changes nothing', async () => {
    await expect(closeHttpServer(make() as never)).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
    const server = createServer();
    await once(server.listen(0), 'listening');
    if (make() !== undefined)
      await expect(closeHttpServer(server, { timeout: make() as number })).rejects.toMatchObject({
        code: 'INVALID_OPTIONS',
      });
    const { port } = server.address() as AddressInfo;
    get({ port, agent: new Agent({ keepAlive: true }) }).on('error', () => undefined);
    await once(server, 'request');
    expect(await closeHttpServer(server, { timeout: 100, longLived: thrower })).toMatchObject({ cut: true });
  });

  it('of a notifier or a check is an error event of the watchdog, which goes on', async () => {
    const clock = createManualClock();
    const watchdog = createWatchdog({
      clock,
      targets: [{ name: 't', checks: [customCheck('c', thrower, { interval: '5s' })] }],
      notify: [
        { name: 'rejects', notify: rejecter },
        { name: 'throws', notify: thrower },
        { name: 'closes badly', notify: () => Promise.resolve(), close: thrower },
      ],
    });
    const errors: unknown[] = [];
    watchdog.on('error', (error) => errors.push(error.message));
    await watchdog.start();
    await clock.advance('2m');
    expect(errors.length).toBeGreaterThan(1);
    expect(errors.every((message) => typeof message === 'string')).toBe(true);
    const closed = watchdog.close();
    await clock.advance('10s');
    await closed;
  });
});
