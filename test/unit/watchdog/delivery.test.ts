// Notices are kept until they are delivered.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it } from 'vitest';
import { createManualClock } from '../../../src/testing/time/manual-clock.ts';
import {
  alertmanagerNotifier,
  createWatchdog,
  type NoticeMessage,
  type Notifier,
  pingNotifier,
  type WatchdogOptions,
  webhookNotifier,
} from '../../../src/watchdog/index.ts';
import { toAlerts } from '../../../src/watchdog/notify/alertmanager-notifier.ts';
import { Dispatcher } from '../../../src/watchdog/notify/dispatcher.ts';
import { createNotice, groupNotices } from '../../../src/watchdog/notify/notice.ts';
import { parseRetryAfter } from '../../../src/util/http-answer.ts';
import { eventually } from '../../support/eventually.ts';
import { fakeService } from './fake-service.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

interface Got {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      got.push({ url: request.url ?? '', headers: request.headers as Record<string, string>, body });
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function watch(notify: readonly Notifier[], more: Partial<WatchdogOptions> = {}, clock = createManualClock()) {
  const service = fakeService(clock);
  const watchdog = createWatchdog({
    targets: [{ name: 'Orders', service }],
    clock,
    notify,
    random: () => 0.5,
    ...more,
  });
  const errors: string[] = [];
  watchdog.on('error', ({ message }) => errors.push(message));
  await watchdog.start();
  return { clock, service, watchdog, errors };
}
const kinds = (messages: readonly NoticeMessage[]) =>
  messages.flatMap(({ notices }) => notices.map(({ kind }) => kind));
const notice = (text: string) => createNotice(0, text, 'failed', '', '');
const signal = new AbortController().signal;

describe('a notifier that fails', () => {
  it('gets its notices later, and holds up no other', async () => {
    const [good, bad]: [NoticeMessage[], NoticeMessage[]] = [[], []];
    const ids = new Set<string>();
    let works = false;
    const { clock, service, watchdog, errors } = await watch([
      {
        name: 'bad',
        notify: async (message) => {
          if (bad.length === 0) ids.add(message.id);
          if (!works) throw new Error('away');
          bad.push(message);
        },
      },
      { name: 'hangs', notify: () => new Promise(() => {}) },
      { name: 'good', notify: async (message) => void good.push(message) },
    ]);
    service.kill();
    for (let hour = 0; hour < 3; hour += 1) await clock.advance('1h');
    expect(kinds(good)).toEqual(['failed', 'acting', 'recovered']);
    expect(bad).toEqual([]);
    works = true;
    await clock.advance('6m');
    expect(kinds(bad)).toEqual(['failed', 'acting', 'recovered']);
    expect(bad[0]?.id).toBe([...ids][0]);
    expect(ids.size).toBe(1);
    // 1 s, 2 s, 4 s, … 5 min: not hundreds of attempts.
    expect(errors.filter((text) => text.startsWith('Notifier bad')).length).toBeLessThan(80);
    const closing = watchdog.close();
    await clock.advance('6s');
    await closing;
    expect(errors.at(-1)).toMatch(/^Notifier hangs failed: \d notices? not delivered$/);
  });

  it('gets them in the next life of the watchdog', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'winsvc-notices-'));
    open.push(() => rm(folder, { recursive: true }));
    const stateFile = join(folder, 'state.json');
    const clock = createManualClock();
    const away: Notifier = { name: 'mail', notify: () => Promise.reject(new Error('away')) };
    const first = await watch([away, away], { stateFile }, clock);
    first.service.kill();
    await first.clock.advance('20s');
    const closing = first.watchdog.close();
    await clock.advance('6s');
    await closing;
    const saved = JSON.parse(await readFile(stateFile, 'utf8')) as { notices: Record<string, unknown[]> };
    expect(Object.entries(saved.notices).map(([name, list]) => [name, list.length])).toEqual([
      ['mail', expect.any(Number)],
      ['mail 2', expect.any(Number)],
    ]);
    const got: NoticeMessage[] = [];
    const works: Notifier = { name: 'mail', notify: async (message) => void got.push(message) };
    const second = await watch([works], { stateFile }, clock);
    await clock.advance('10s');
    expect(kinds(got).slice(0, 2)).toEqual(['failed', 'acting']);
    expect(got[0]?.notices[0]?.at).toBeInstanceOf(Date);
    await second.watchdog.close();
  });

  it('keeps the newest 1,000, and says how many it left out', async () => {
    const clock = createManualClock();
    const got: NoticeMessage[] = [];
    let works = false;
    const dispatcher = new Dispatcher(
      {
        name: 'n',
        notify: async (message) => {
          if (!works) throw new Error('away');
          got.push(message);
        },
      },
      {
        clock,
        random: () => 0.5,
        groupMs: 0,
        limitCount: 1_000,
        limitPerMs: 1,
        timeoutMs: 1_000,
        closeMs: 1_000,
        changed: () => undefined,
        failed: () => undefined,
      },
    );
    for (let n = 0; n < 1_500; n += 1) dispatcher.add(notice(`t${n}`));
    await clock.advance('1m');
    expect(dispatcher.waiting).toHaveLength(1_000);
    works = true;
    await clock.advance('10m');
    expect(got.flatMap(({ notices }) => notices)).toHaveLength(1_000);
    expect(got.reduce((sum, { omitted }) => sum + omitted, 0)).toBe(500);
    expect(got.at(-1)?.notices.at(-1)?.target).toBe('t1499');
    await dispatcher.close();
  });

  it.each([
    ['seconds', '120'],
    ['a date', new Date(Date.now() + 120_000).toUTCString()],
  ])('is not tried again before its Retry-After, in %s', async (_, retryAfter) => {
    let calls = 0;
    const { url } = await serve((_request, response) => {
      calls += 1;
      response.writeHead(calls === 1 ? 429 : 200, { 'Retry-After': retryAfter }).end();
    });
    const { clock, service, watchdog, errors } = await watch([webhookNotifier({ url })]);
    service.kill();
    await clock.advance('12s');
    await eventually(() => expect(errors).toHaveLength(1));
    await clock.advance('100s');
    expect(calls).toBe(1);
    await clock.advance('30s');
    await eventually(() => expect(calls).toBe(2));
    await watchdog.close();
  });

  it.each([
    [null, undefined],
    ['30', 30_000],
    [new Date(1_000_000).toUTCString(), 0],
    [new Date(5_000_000).toUTCString(), 1_000_000],
    ['soon', undefined],
  ])('reads Retry-After %j', (header, expected) => {
    expect(parseRetryAfter(header, 4_000_000)).toBe(expected);
  });
});

describe('close', () => {
  it.each([
    ['notify', { name: 'n', notify: () => new Promise<never>(() => {}) }],
    ['close', { name: 'n', notify: async () => {}, close: () => new Promise<never>(() => {}) }],
  ] as const)('takes a few seconds at most while a notifier hangs in %s', async (_, notifier) => {
    const { clock, service, watchdog } = await watch([notifier], { groupFor: 0 });
    service.kill();
    await clock.advance('20s');
    let closed = false;
    const closing = watchdog.close().then(() => (closed = true));
    await clock.advance('5s');
    expect(closed).toBe(true);
    await closing;
  });
});

describe('the signature of a webhook', () => {
  it.each([
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', new Webhook('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')],
    ['a secret of my own', new Webhook('a secret of my own', { format: 'raw' })],
  ])('is one of Standard Webhooks: %s', async (secret, webhook) => {
    const { got, url } = await serve((_, response) => response.end());
    const message = groupNotices([notice('Orders')], 'HOST', 0);
    await webhookNotifier({ url, secret }).notify(message, signal);
    const { body, headers } = got[0]!;
    expect(webhook.verify(body, headers)).toMatchObject({ id: message.id, machine: 'HOST' });
    expect(() => webhook.verify(body.replace('HOST', 'EVIL'), headers)).toThrow();
    expect(headers['x-winsvc-signature']).toMatch(/^t=\d+,v1=[0-9a-f]{64}$/);
  });
});

describe('alertmanagerNotifier', () => {
  it('fires one alert for each target, a second one when it gave up, and ends both', () => {
    const all = [
      createNotice(1_000, 'Orders', 'failed', 'down', ''),
      createNotice(2_000, 'Orders', 'acting', 'down', 'restart'),
      createNotice(3_000, 'Orders', 'gaveUp', 'down', ''),
    ];
    const iso = (ms: number) => new Date(ms).toISOString();
    expect(toAlerts(all, { instance: 'HOST' }, 60_000)).toMatchObject([
      {
        labels: { alertname: 'WinsvcTargetFailed', severity: 'warning', target: 'Orders', instance: 'HOST' },
        annotations: { summary: 'Orders: gave up for now (down)' },
        startsAt: iso(1_000),
        endsAt: iso(63_000),
      },
      { labels: { alertname: 'WinsvcTargetGaveUp', severity: 'critical' }, startsAt: iso(3_000) },
    ]);
    const ended = toAlerts([createNotice(9_000, 'Orders', 'recovered', '', '')], {}, 60_000);
    expect(ended.map(({ endsAt }) => endsAt)).toEqual([iso(9_000), iso(9_000)]);
  });

  it.each(['', '/', '/alertmanager', '/alertmanager/'])('posts to the API v2 under the path %j', async (path) => {
    const { got, url } = await serve((_, response) => response.end('{}'));
    const notifier = alertmanagerNotifier({ url: url + path, labels: { team: 'a' }, headers: { Authorization: 'x' } });
    await notifier.notify(groupNotices([notice('Orders')], 'HOST', 0), signal);
    expect(got[0]?.url).toBe(`${path.replace(/\/$/, '')}/api/v2/alerts`);
    expect(got[0]?.headers['authorization']).toBe('x');
    expect(JSON.parse(got[0]!.body)).toMatchObject([{ labels: { team: 'a', instance: 'HOST', target: 'Orders' } }]);
  });

  it('names what is wrong', () => {
    expect(() => alertmanagerNotifier({ url: 'x', labels: { 'a-b': 'c' } })).toThrow(/2 options are wrong/);
  });
});

describe('pingNotifier', () => {
  it('pings as long as the watchdog runs, and says when it gave up', async () => {
    const { got, url } = await serve((_, response) => response.end('OK'));
    const { clock, service, watchdog } = await watch([pingNotifier({ url: `${url}/uuid`, every: '1m' })], {
      policy: { limit: { count: 1, per: '1h' }, quiet: '1h', grace: '1s', backoff: '1s' },
      groupFor: 0,
    });
    const paths = () => got.map((each) => each.url.slice('/uuid'.length));
    await eventually(() => expect(paths()).toEqual(['/start', '']));
    await clock.advance('1m');
    await eventually(() => expect(paths()).toEqual(['/start', '', '']));
    service.sick = true;
    service.kill();
    await clock.advance('20s');
    await eventually(() => expect(paths()).toContain('/fail'));
    expect(got.find((each) => each.url.endsWith('/fail'))?.body).toContain('Orders: gave up for now');
    got.length = 0;
    await clock.advance('1m');
    await eventually(() => expect(paths()).toEqual(['/log']));
    expect(got[0]?.body).toBe('not working: Orders');
    service.state = 'running';
    await clock.advance('10s');
    await eventually(() => expect(paths()).toEqual(['/log', '/log', '']));
    await watchdog.close();
    got.length = 0;
    await clock.advance('5m');
    expect(paths()).toEqual([]);
  });

  it('keeps the query, and reports a failure without the secret path', async () => {
    const { got, url } = await serve((_, response) => response.writeHead(500).end());
    const { watchdog, errors } = await watch([pingNotifier({ url: `${url}/s3cret?create=1` })]);
    await eventually(() => expect(errors.length).toBeGreaterThan(1));
    expect(got[0]?.url).toBe('/s3cret/start?create=1');
    expect(errors.join()).not.toContain('s3cret');
    await watchdog.close();
  });
});

describe('a state file that cannot be written', () => {
  it('keeps no action from being taken, and a notice says what is lost, once', async () => {
    const clock = createManualClock();
    const service = fakeService(clock);
    service.sick = true;
    const notices: string[] = [];
    const { watchdog, errors } = await watch(
      [],
      { targets: [{ name: 'Orders', service }], stateFile: join(tmpdir(), 'no such folder', 'state.json') },
      clock,
    );
    watchdog.on('notice', ({ kind, text }) => {
      if (kind === 'notRecorded') notices.push(text);
    });
    service.kill();
    await eventually(async () => {
      await clock.advance('1s');
      expect(service.restarts.length).toBeGreaterThan(2);
    });
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatch(/^Orders: restart is not recorded \(the state file .* cannot be .* ENOENT/);
    expect(errors.length).toBeGreaterThan(0);
    await watchdog.close();
  });
});
