// @ts-check
/** The status page, and what it shows as JSON. Reachable from this machine only. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { hostname } from 'node:os';
import { closeHttpServer } from 'winsvc';
import { createIncidents } from './incidents.js';

const SAMPLES = 60;
const EVENTS = 30;

/** Path, file and type of all that the page consists of. style.css is a copy of that of winsvc admin. */
const FILES = /** @type {const} */ ([
  ['/', './page.html', 'text/html'],
  ['/style.css', './style.css', 'text/css'],
  ['/page.css', './page.css', 'text/css'],
  ['/page.js', './page.js', 'text/javascript'],
  ['/vendor/htm-preact.js', './vendor/htm-preact.js', 'text/javascript'],
]);
/** Only files of this server. */
const POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** @typedef {{ at: Date, text: string }} Happening */
/** @typedef {{ restarts: number, lastFailure?: Happening }} History */

/**
 * @param {object} options
 * @param {number} options.port
 * @param {import('winsvc/config').ConfigWatcher<import('./config.js').WatchdogConfig>} options.config
 * @param {import('winsvc/heartbeat').HeartbeatReceiver} options.receiver
 */
export async function openStatusPage({ port, config, receiver }) {
  const files = new Map(
    await Promise.all(
      FILES.map(async ([path, file, type]) => {
        const text = await readFile(new URL(file, import.meta.url), 'utf8');
        return /** @type {[string, { type: string, text: string }]} */ ([path, { type, text }]);
      }),
    ),
  );
  /** @type {import('winsvc/watchdog').Watchdog | undefined} */
  let watchdog;
  /** Restarts and the last failure, by target: a watchdog doesn't keep them. */
  const histories = /** @type {Map<string, History>} */ (new Map());
  const events = /** @type {Happening[]} */ ([]);
  const incidents = createIncidents();

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
    const reports = watchdog?.report() ?? [];
    incidents.settle(reports);
    const targets = reports.map((report) => {
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
    const problem = config.problem && withoutRepeats(config.problem.message);
    return { at: new Date(), machine: hostname(), targets, incidents: incidents.list(), events, problem };
  }

  const server = createServer((request, response) => {
    // A name of another site that points here must not read it.
    if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? '')) return answer(403, 'text/plain', 'no\n');
    if (request.method !== 'GET') return answer(405, 'text/plain', 'GET only\n');
    const file = files.get(request.url ?? '');
    if (file) return answer(200, file.type, file.text);
    if (request.url === '/state') return answer(200, 'application/json', JSON.stringify(state()));
    return answer(404, 'text/plain', 'not found\n');

    /** @param {number} status @param {string} type @param {string} body */
    function answer(status, type, body) {
      response.writeHead(status, {
        'Content-Type': `${type}; charset=utf-8`,
        'Content-Security-Policy': POLICY,
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
      next.on('action', (event) => {
        historyOf(event.target).restarts += 1;
        incidents.acted(event);
      });
      next.on('actionEnd', (event, error) => incidents.actionEnded(event, error));
      next.on('change', (report, before) => {
        const { name, state: now, reason } = report;
        incidents.changed(report);
        happened(`${name}: ${before} → ${now}${reason && ` (${reason})`}`);
        if (now === 'failed') historyOf(name).lastFailure = { at: new Date(), text: reason };
      });
      next.on('notice', ({ kind, target, text }) => {
        if (kind === 'gaveUp') incidents.gaveUp(target);
        if (kind === 'acting' || kind === 'actionFailed' || kind === 'gaveUp') happened(text);
      });
    },
  };
}

/** A mistake that several schemas see is shown once. @param {string} text */
function withoutRepeats(text) {
  return [...new Set(text.split('\n'))].join('\n');
}
