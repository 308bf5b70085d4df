import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { certificate, key } from '../health/fixtures/certificate.ts';
import { customCheck } from '../../../src/health/index.ts';
import { createManualClock } from '../../../src/testing/time/manual-clock.ts';
import {
  createWatchdog,
  emailNotifier,
  eventLogNotifier,
  type NoticeMessage,
  type Notifier,
  type WatchdogOptions,
  webhookNotifier,
} from '../../../src/watchdog/index.ts';
import { createNotice, groupNotices } from '../../../src/watchdog/notify/notice.ts';
import { webhookRequest } from '../../../src/watchdog/notify/webhook-forms.ts';
import { eventually } from '../../support/eventually.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const NOW = Date.UTC(2026, 0, 1);
const message = (count = 2): NoticeMessage =>
  groupNotices(
    Array.from({ length: count }, (_, n) => createNotice(NOW, `t<${n}>`, 'failed', 'a & b', 'restart')),
    'HOST1',
    0,
  );
const signal = new AbortController().signal;

describe('groupNotices', () => {
  it('puts notices into one message, the worst of them first in its severity', () => {
    const all = [
      createNotice(NOW, 'a', 'failed', 'down\r\nX-Evil: 1', 'restart'),
      createNotice(NOW, 'a', 'gaveUp', '', 'restart'),
    ];
    expect(groupNotices(all, 'HOST1', 3)).toMatchObject({
      severity: 'error',
      subject: '[HOST1] 2 notices on a',
      omitted: 3,
      text: expect.stringContaining('3 more notices were left out.') as string,
    });
    expect(groupNotices(all.slice(0, 1), 'HOST1', 0).subject).toBe('[HOST1] a does not work (down X-Evil: 1)');
    expect(groupNotices(Array(500).fill(all[0]) as typeof all, 'HOST1', 0)).toMatchObject({ omitted: 400 });
  });
});

describe('eventLogNotifier', () => {
  it('writes each notice with its severity', async () => {
    const lines: string[] = [];
    const at = (level: string) => (text: string) => lines.push(`${level} ${text}`);
    await eventLogNotifier({ info: at('info'), warn: at('warn'), error: at('error') }).notify(message(), signal);
    expect(lines).toEqual(['warn t<0> does not work (a & b)', 'warn t<1> does not work (a & b)']);
    expect(() => eventLogNotifier({} as never)).toThrow('must be an object with info(), warn(), error()');
  });
});

describe('emailNotifier', () => {
  async function smtp(options: ConstructorParameters<typeof SMTPServer>[0]) {
    const mails: string[] = [];
    const server = new SMTPServer({
      key,
      cert: certificate,
      onAuth: ({ username, password }, _session, done) => {
        if (username === 'u' && password === 'sesame') done(null, { user: 'u' });
        else done(new Error('no'));
      },
      onData(stream, _session, done) {
        let text = '';
        stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
        stream.on('end', () => {
          mails.push(text);
          done();
        });
      },
      ...options,
    });
    server.on('error', () => {});
    open.push(
      () =>
        new Promise<void>((resolve) =>
          server.close(() => {
            resolve();
          }),
        ),
    );
    await new Promise<void>((resolve) =>
      server.listen(0, '127.0.0.1', () => {
        resolve();
      }),
    );
    return { mails, port: (server.server.address() as AddressInfo).port };
  }

  it('sends over STARTTLS with a password, to a real SMTP server', async () => {
    const { mails, port } = await smtp({});
    const notifier = emailNotifier({
      server: { host: 'localhost', port, user: 'u', password: 'sesame', ca: certificate },
      from: 'watchdog@example.com',
      to: ['ops@example.com', 'boss@example.com'],
    });
    await notifier.notify(message(1), signal);
    await notifier.notify(message(2), signal);
    await notifier.close?.();
    expect(mails).toHaveLength(2);
    expect(mails[0]).toContain('Subject: [HOST1] t<0> does not work (a & b)');
    expect(mails[0]).toContain('To: ops@example.com, boss@example.com');
    expect(mails[0]).toContain('Auto-Submitted: auto-generated');
    expect(mails[1]).toMatch(/WARN t<0> does not work[\s\S]*WARN t<1> does not work/);
  });

  it('sends nothing without TLS, unless that was allowed', async () => {
    const { mails, port } = await smtp({
      hideSTARTTLS: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      authOptional: true,
    });
    const server = { host: '127.0.0.1', port };
    const addresses = { from: 'a@example.com', to: 'b@example.com' };
    await expect(emailNotifier({ server, ...addresses }).notify(message(), signal)).rejects.toThrow();
    expect(mails).toHaveLength(0);
    await emailNotifier({ server: { ...server, allowPlain: true }, ...addresses }).notify(message(), signal);
    expect(mails).toHaveLength(1);
  });

  it('names everything that is wrong, and never the password', () => {
    const make = () => emailNotifier({ server: { host: '', password: 'sesame' }, from: '', to: [] });
    expect(make).toThrow(/3 options are wrong/);
    expect(make).not.toThrow('sesame');
  });
});

describe('webhookNotifier', () => {
  async function hook(answer: (request: IncomingMessage, response: ServerResponse) => void) {
    const got: { headers: IncomingMessage['headers']; body: string; url: string }[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        got.push({ headers: request.headers, body, url: request.url ?? '' });
        answer(request, response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push(() => {
      server.close();
      server.closeAllConnections();
    });
    return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?token=sesame` };
  }

  it('posts the message as JSON, signed', async () => {
    const { got, url } = await hook((_, response) => response.end('ok'));
    await webhookNotifier({ url, secret: 's3cret', headers: { 'X-Me': 'w' } }).notify(message(), signal);
    const { headers, body } = got[0]!;
    const [, seconds, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-winsvc-signature']))!;
    expect(createHmac('sha256', 's3cret').update(`${seconds}.${body}`).digest('hex')).toBe(mac);
    expect(headers['x-me']).toBe('w');
    expect(JSON.parse(body)).toMatchObject({
      machine: 'HOST1',
      severity: 'warn',
      omitted: 0,
      notices: [{ target: 't<0>' }, {}],
    });
  });

  it('fails where the answer says so, and never names the URL, which holds a secret', async () => {
    let body = '{"errcode":93000,"errmsg":"invalid webhook url"}';
    let status = 200;
    const { url } = await hook((_, response) =>
      response.writeHead(status, { Location: 'http://example.com' }).end(body),
    );
    const fail = async (format: 'json' | 'wecom' | 'dingtalk') =>
      webhookNotifier({ url, format })
        .notify(message(), signal)
        .then(
          () => 'it was sent',
          (error: unknown) => String(error),
        );
    expect(await fail('wecom')).toContain('refused the message: errcode 93000: invalid webhook url');
    expect(await fail('json')).toBe('it was sent');
    body = 'garbage';
    expect(await fail('dingtalk')).toContain('its answer is not JSON');
    status = 500;
    expect(await fail('json')).toContain('refused the message: status 500');
    status = 302;
    const redirected = await fail('json');
    expect(redirected).toContain('cannot be reached');
    expect(redirected).not.toContain('sesame');
  });

  it('takes no gigabyte for an answer', async () => {
    const { url } = await hook((_, response) => {
      const flood = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        if (!response.destroyed) response.once('drain', flood);
      };
      flood();
    });
    await webhookNotifier({ url }).notify(message(), signal);
  });

  it.each(['slack', 'teams', 'wecom', 'dingtalk'] as const)('has the form of %s', (format) => {
    const { url, body, headers } = webhookRequest(
      'https://hook.example/x?access_token=t',
      format,
      'SEC1',
      message(),
      NOW,
    );
    const shown = { url: url.href, body: JSON.parse(body) as unknown, signed: 'X-Winsvc-Signature' in headers };
    expect(shown).toMatchSnapshot();
  });

  it('keeps within the length that each service takes', () => {
    const long = { ...message(), text: '警'.repeat(30_000) };
    const size = (format: 'slack' | 'wecom' | 'dingtalk') =>
      webhookRequest('https://x', format, undefined, long, NOW).body;
    expect(
      Buffer.byteLength((JSON.parse(size('wecom')) as { markdown: { content: string } }).markdown.content),
    ).toBeLessThanOrEqual(4_096);
    expect(Buffer.byteLength(size('dingtalk'))).toBeLessThan(20_000);
    expect((JSON.parse(size('slack')) as { text: string }).text.length).toBeLessThan(4_000);
    expect(size('wecom')).not.toContain('\uFFFD');
  });
});

describe('notices of the watchdog', () => {
  async function setUp(notifier: Notifier, options: Partial<WatchdogOptions> = {}) {
    const clock = createManualClock();
    let ok = true;
    const watchdog = createWatchdog({
      clock,
      targets: Array.from({ length: 3 }, (_, n) => ({
        name: `t${n}`,
        checks: [customCheck('ping', () => ok, { interval: '5s' })],
      })),
      notify: [notifier],
      random: () => 0.5,
      ...options,
    });
    open.push(() => watchdog.close());
    const errors: string[] = [];
    watchdog.on('error', (error) => errors.push(error.message));
    await watchdog.start();
    await clock.advance('10s');
    const set = async (value: boolean): Promise<void> => {
      ok = value;
      await clock.advance('1m');
    };
    return { clock, watchdog, errors, set };
  }

  it('that come close together are one message', async () => {
    const got: string[] = [];
    const { set } = await setUp({
      name: 'n',
      notify: async ({ subject }) => void got.push(subject.replace(/^\[.*\] /, '')),
    });
    await set(false);
    await set(true);
    expect(got).toEqual(['3 notices on 3 targets', '3 notices on 3 targets']);
  });

  it('are limited, and none is lost silently', async () => {
    const got: NoticeMessage[] = [];
    const { set, clock } = await setUp(
      { name: 'n', notify: async (its) => void got.push(its) },
      { notifyLimit: { count: 2, per: '1h' } },
    );
    for (let n = 0; n < 30; n += 1) await set(n % 2 === 1);
    expect(got).toHaveLength(2);
    await clock.advance('1h');
    expect(got.reduce((sum, { notices, omitted }) => sum + notices.length + omitted, 0)).toBe(90);
  });

  it('stop nothing when the notifier throws, hangs, or is missing its package', async () => {
    let calls = 0;
    const { errors, set, clock, watchdog } = await setUp({
      name: 'bad',
      notify: () => {
        calls += 1;
        if (calls === 1) throw new Error('boom');
        return calls < 4 ? Promise.reject(new Error('boom')) : new Promise(() => {});
      },
    });
    await set(false);
    await set(true);
    await clock.advance('5m');
    expect(errors.slice(0, 3)).toEqual(Array(3).fill('Notifier bad failed: boom'));
    expect(new Set(errors.slice(3))).toEqual(new Set(['Notifier bad failed: the notifier took longer than 30 s']));
    // Less and less often.
    expect(calls).toBeLessThan(10);
    expect(watchdog.report().every(({ state }) => state === 'normal')).toBe(true);
  });

  it('that wait are told at the close', async () => {
    const got: string[] = [];
    const { watchdog, clock } = await setUp(
      { name: 'n', notify: async ({ text }) => void got.push(text) },
      { groupFor: '1h' },
    );
    watchdog.emit('notice', createNotice(NOW, 'x', 'failed', '', ''));
    await clock.advance('1m');
    expect(got).toEqual([]);
    await watchdog.close();
    await eventually(() => {
      expect(got.length).toBeLessThanOrEqual(1);
    });
  });
});
