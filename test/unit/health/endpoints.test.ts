import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { EventEmitter } from 'eventemitter3';
import { customCheck, createHealth, healthHandler, healthMetrics, healthServer } from '../../../src/health/index.ts';
import { createManualClock } from '../../../src/testing/time/manual-clock.ts';
import { eventually } from '../../support/eventually.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function setUp() {
  const clock = createManualClock();
  let ok = true;
  const health = createHealth({
    clock,
    jitter: 0,
    checks: [
      customCheck('db', () => ok, { interval: '5s' }),
      customCheck('cache', () => false, { critical: false, interval: '5s' }),
    ],
  });
  open.push(() => {
    health.stop();
  });
  const set = async (value: boolean): Promise<void> => {
    ok = value;
    await clock.advance('20s');
  };
  return { clock, health, set };
}

async function get(url: string, init?: RequestInit) {
  const response = await fetch(url, init);
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    text,
    body: text.startsWith('{') ? (JSON.parse(text) as unknown) : text,
  };
}

describe('healthServer', () => {
  it('answers 503 until it is ready, 200 then, 503 again when a critical check fails', async () => {
    const { health, set } = await setUp();
    await using server = await healthServer(health, { port: 0 });
    const statuses = async () =>
      Promise.all(
        ['livez', 'readyz', 'startupz', 'healthz'].map(async (path) => (await get(`${server.url}/${path}`)).status),
      );
    expect(await statuses()).toEqual([200, 503, 503, 503]);
    health.start();
    await set(true);
    expect(await statuses()).toEqual([200, 200, 200, 200]);
    await set(false);
    expect(await statuses()).toEqual([200, 503, 200, 503]);
  });

  it('tells of every check as application/health+json', async () => {
    const { health, set } = await setUp();
    await using server = await healthServer(health, { port: 0 });
    health.start();
    await set(true);
    const { type, body } = await get(`${server.url}/healthz?x=1`);
    expect(type).toBe('application/health+json; charset=utf-8');
    expect(body).toEqual({
      status: 'warn',
      state: 'suspect',
      checks: {
        db: [
          {
            componentType: 'custom',
            status: 'pass',
            state: 'healthy',
            since: '2026-01-01T00:00:00.000Z',
            time: '2026-01-01T00:00:20.000Z',
            observedValue: 0,
            observedUnit: 'ms',
          },
        ],
        cache: [expect.objectContaining({ status: 'fail', state: 'unhealthy', output: 'the check said no' })],
      },
    });
  });

  it('keeps the details to itself where told to, and asks for its token', async () => {
    const { health, set } = await setUp();
    await using server = await healthServer(health, { port: 0, token: 't0ken', details: false });
    health.start();
    await set(true);
    expect((await get(`${server.url}/healthz`)).status).toBe(401);
    expect((await get(`${server.url}/livez`, { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
    const { status, body } = await get(`${server.url}/healthz`, { headers: { authorization: 'Bearer t0ken' } });
    expect([status, body]).toEqual([200, { status: 'warn', state: 'suspect' }]);
  });

  it('answers other paths with 404, other methods with 405, HEAD without a body', async () => {
    const { health } = await setUp();
    await using server = await healthServer(health, { port: 0 });
    expect((await get(`${server.url}/metrics`)).status).toBe(404);
    expect((await get(`${server.url}/livez`, { method: 'POST' })).status).toBe(405);
    expect(await get(`${server.url}/livez`, { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
  });

  it('listens on this machine only unless told otherwise, refuses a port that is taken, closes twice', async () => {
    const { health } = await setUp();
    const server = await healthServer(health, { port: 0 });
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:/);
    await expect(healthServer(health, { port: server.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await server.close();
    await server.close();
    await expect(healthServer(health, { port: -1, tokn: 'x' } as never)).rejects.toThrow(/2 options are wrong/);
  });
});

describe('healthHandler', () => {
  it('works in Express, beside the routes of the app', async () => {
    const { health } = await setUp();
    const app = express();
    app.use(healthHandler(health));
    app.get('/orders', (_, response) => void response.send('orders'));
    const server = createServer(app).listen(0, '127.0.0.1');
    open.push(() => server.close());
    await eventually(() => {
      expect(server.listening).toBe(true);
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await get(`${url}/livez`)).toMatchObject({ status: 200 });
    expect(await get(`${url}/orders`)).toMatchObject({ status: 200, text: 'orders' });
  });
});

describe('healthMetrics', () => {
  it('gives states, latencies, controls and actions in the form that Prometheus reads', async () => {
    const { health, set } = await setUp();
    const service = new EventEmitter();
    const watchdog = new EventEmitter();
    const metrics = await healthMetrics(health, { service, watchdog });
    await using server = await healthServer(health, { port: 0, metrics });
    health.start();
    await set(true);
    service.emit('control', { type: 'interrogate' });
    watchdog.emit('action', { target: 'orders', action: 'restart' });
    const { status, text, type } = await get(`${server.url}/metrics`);
    expect([status, type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    for (const line of [
      'winsvc_check_state{check="db",kind="custom",state="healthy"} 1',
      'winsvc_check_state{check="cache",kind="custom",state="unhealthy"} 1',
      'winsvc_check_failures_total{check="cache"} 5',
      'winsvc_check_duration_seconds_count{check="db"} 5',
      'winsvc_ready 1',
      'winsvc_controls_total{control="interrogate"} 1',
      'winsvc_watchdog_actions_total{target="orders",action="restart"} 1',
    ]) {
      expect(text).toContain(`${line}\n`);
    }
    expect(text).toContain('nodejs_eventloop_lag_seconds');
  });
});
