// @ts-check
/** The status page: one HTML file, and what it shows as JSON. Reachable from this machine only. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { hostname } from 'node:os';
import { closeHttpServer } from 'winsvc';

const SAMPLES = 60;
const EVENTS = 30;

/** @typedef {{ at: Date, text: string }} Happening */
/** @typedef {{ restarts: number, lastFailure?: Happening }} History */

/**
 * @param {object} options
 * @param {number} options.port
 * @param {import('winsvc/config').ConfigWatcher<import('./config.js').WatchdogConfig>} options.config
 * @param {import('winsvc/heartbeat').HeartbeatReceiver} options.receiver
 */
export async function openStatusPage({ port, config, receiver }) {
  // A browser takes the hash of what it reads, and it reads every line end as \n.
  const html = (await readFile(new URL('./page.html', import.meta.url), 'utf8')).replaceAll('\r\n', '\n');
  /** @type {import('winsvc/watchdog').Watchdog | undefined} */
  let watchdog;
  /** What a watchdog does not keep, by target. */
  const histories = /** @type {Map<string, History>} */ (new Map());
  const events = /** @type {Happening[]} */ ([]);

  /** Milliseconds: how long each HTTP answer took, by target; the time between heartbeats, by sender. */
  const answers = /** @type {Map<string, number[]>} */ (new Map());
  const gaps = /** @type {Map<string, number[]>} */ (new Map());
  const beats = /** @type {Map<string, number>} */ (new Map());

  /** @param {string} name */
  function historyOf(name) {
    const history = histories.get(name) ?? { restarts: 0 };
    histories.set(name, history);
    return history;
  }

  /** @param {Map<string, number[]>} samples @param {string} name @param {number} ms */
  function addSample(samples, name, ms) {
    samples.set(name, [...(samples.get(name) ?? []), Math.round(ms * 10) / 10].slice(-SAMPLES));
  }

  receiver.on('beat', ({ id, lastAt }) => {
    const before = beats.get(id);
    beats.set(id, lastAt.getTime());
    if (before !== undefined) addSample(gaps, id, lastAt.getTime() - before);
  });

  /** @param {string} text */
  function happened(text) {
    events.unshift({ at: new Date(), text });
    events.splice(EVENTS);
  }

  function state() {
    const targets = (watchdog?.report() ?? []).map((report) => {
      const its = config.value.targets.find(({ service }) => service === report.name);
      const sender = its?.heartbeat ?? '';
      return {
        ...report,
        ...historyOf(report.name),
        heartbeatAt: receiver.sender(sender)?.lastAt,
        latency: its?.url
          ? { of: 'HTTP answer', ms: answers.get(report.name) ?? [] }
          : { of: 'between heartbeats', ms: gaps.get(sender) ?? [] },
      };
    });
    return { at: new Date(), machine: hostname(), targets, events, problem: config.problem?.message };
  }

  const server = createServer((request, response) => {
    // Another site's name that points here must not read it.
    if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? '')) return answer(403, 'text/plain', 'no\n');
    if (request.method !== 'GET') return answer(405, 'text/plain', 'GET only\n');
    if (request.url === '/') return answer(200, 'text/html', html);
    if (request.url === '/state') return answer(200, 'application/json', JSON.stringify(state()));
    return answer(404, 'text/plain', 'not found\n');

    /** @param {number} status @param {string} type @param {string} body */
    function answer(status, type, body) {
      response.writeHead(status, {
        'Content-Type': `${type}; charset=utf-8`,
        'Content-Security-Policy': contentPolicy(html),
        'X-Content-Type-Options': 'nosniff',
        'Cache-Control': 'no-store',
      });
      response.end(body);
    }
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());

  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: () => closeHttpServer(server, { timeout: '1s' }),

    /** @param {import('winsvc/watchdog').Watchdog} next */
    follow(next) {
      watchdog = next;
      next.health.on('result', (check, { latencyMs }) => {
        const [name = '', kind] = check.split(/: (?=[^:]*$)/);
        if (kind === 'http') addSample(answers, name, latencyMs);
      });
      next.on('action', ({ target }) => void (historyOf(target).restarts += 1));
      next.on('change', ({ name, state: now, reason }, before) => {
        happened(`${name}: ${before} → ${now}${reason && ` (${reason})`}`);
        if (now === 'failed') historyOf(name).lastFailure = { at: new Date(), text: reason };
      });
      next.on('notice', ({ kind, text }) => {
        if (kind === 'acting' || kind === 'actionFailed' || kind === 'gaveUp') happened(text);
      });
    },
  };
}

/** Only the style and the script of the page itself, and only this server. @param {string} html */
function contentPolicy(html) {
  /** @param {string} tag */
  const hash = (tag) => {
    const [, text = ''] = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(html) ?? [];
    return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  };
  return `default-src 'none'; style-src ${hash('style')}; script-src ${hash('script')}; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}
