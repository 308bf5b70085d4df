// The status page in the browser. Everything is shown as text, never as HTML: names and reasons come from elsewhere.
import { html, render, useEffect, useState } from './vendor/htm-preact.js';

const EVERY_MS = 1_000;
const STATES = {
  normal: 'works',
  suspect: 'checking',
  failed: 'failed',
  recovering: 'restarting',
  quiet: 'gave up for now',
  off: 'stopped on purpose',
};
const FAILING = new Set(['failed', 'recovering', 'quiet']);
/** Classes of style.css. */
const COLORS = { normal: 'good', suspect: 'warn', recovering: 'warn', failed: 'bad', quiet: 'bad', off: 'off' };

const clock = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const format = (iso) => clock.format(new Date(iso));
const Time = ({ at }) => html`<time datetime=${at} title=${new Date(at).toLocaleString()}>${format(at)}</time>`;

/** Times in texts are UTC: shown as local ones, like all others. Exit codes get their name. */
const localized = (text) =>
  text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, format).replace(/\bwin32 (?=\d)/g, 'exit code ');
/** `service: it stopped …` → `It stopped …` */
function inWords(reason) {
  const text = localized(reason).replace(/(^|; )(?:service|heartbeat): /g, '$1');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
const count = (n, what) => `${n} ${what}${n === 1 ? '' : 's'}`;

function duration(ms) {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.round(minutes / 6) / 10} h`;
}
const latency = (ms) =>
  ms < 10 ? `${ms.toFixed(1)} ms` : ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;

function Spark({ of, ms: samples }) {
  if (samples.length < 2) return html`<span class="dim">not yet</span>`;
  const most = Math.max(...samples) || 1;
  const points = samples.map((value, i) => `${(i * 118) / (samples.length - 1) + 1},${26 - (value / most) * 24}`);
  const [last, worst] = [latency(samples.at(-1)), latency(most)];
  const label = `${of}: ${last} now, at most ${worst} in the last ${samples.length}`;
  return html`<div>
    <svg role="img" aria-label=${label} viewBox="0 0 120 28"><polyline points=${points.join(' ')} /></svg>
    <small>${of}: ${last}, max ${worst}</small>
  </div>`;
}

function Cell({ label, children }) {
  return html`<td role="cell" data-label=${label}><div>${children}</div></td>`;
}

function Target({ name, state, since, reason, heldBy, restarts, latency: samples, lastFailure }) {
  const why = [reason && inWords(reason), heldBy && `waits for ${heldBy}`].filter(Boolean).join('; ');
  return html`<tr role="row">
    <th role="rowheader" scope="row">${name}</th>
    <${Cell} label="State">
      <span class=${`state ${COLORS[state]}`}>${STATES[state]}</span>
      <small>since <${Time} at=${since} /></small>
      ${why && state !== 'off' && html`<small>${why}</small>`}
    <//>
    <${Cell} label="Restarts">${restarts}<//>
    <${Cell} label="Latency"><${Spark} ...${samples} /><//>
    <${Cell} label="Last failure">
      ${lastFailure ? html`<${Time} at=${lastFailure.at} />` : html`<span class="dim">none</span>`}
    <//>
  </tr>`;
}

function Targets({ targets }) {
  const titles = ['Service', 'State', 'Restarts', 'Latency', 'Last failure'];
  return html`<table class="cards" role="table" aria-label="Watched services">
    <thead role="rowgroup">
      <tr role="row">
        ${titles.map((title) => html`<th role="columnheader" scope="col">${title}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${targets.map((target) => html`<${Target} key=${target.name} ...${target} />`)}
    </tbody>
  </table>`;
}

/** `restart` twice → `Restarted 2 times` */
function did({ name, n }) {
  const times = n === 1 ? 'once' : `${n} times`;
  return name === 'restart' ? `Restarted ${times}` : `${name} ${times}`;
}

function Incident({ target, from, until, outcome, cause, actions, failedActions, gaveUp, times, steps }, now) {
  const done = actions.length === 0 ? 'No action' : actions.map(did).join(', ');
  const ends = {
    works: `works again after ${duration(Date.parse(until) - Date.parse(from))}`,
    stopped: 'was then stopped on purpose',
  };
  const open = gaveUp
    ? `not working for ${duration(now - Date.parse(from))}: the watchdog gave up for now`
    : `not working for ${duration(now - Date.parse(from))}`;
  const parts = [done + (failedActions > 0 ? ` (${failedActions} failed)` : ''), until ? ends[outcome] : open];
  return html`<li key=${target + from}>
    <div class="head">
      <strong>${target}</strong><${Time} at=${from} />
      ${times > 1 && html`<span class="dim">${times} times in a row</span>`}
    </div>
    <p>${inWords(cause)}</p>
    <p class=${until ? 'dim' : 'bad'}>${parts.join('; ')}</p>
    <details>
      <summary>${count(steps.length, 'step')}</summary>
      <ol>
        ${steps.map(({ at, text }) => html`<li><${Time} at=${at} /><span>${localized(text)}</span></li>`)}
      </ol>
    </details>
  </li>`;
}

function summarize(targets) {
  const of = (...states) => targets.filter(({ state }) => states.includes(state)).length;
  const off = of('off');
  const well = of('normal', 'suspect');
  return `${well} of ${count(targets.length - off, 'service')} ${targets.length - off === 1 ? 'works' : 'work'}${off ? `, ${off} stopped on purpose` : ''}`;
}

function App() {
  const [state, setState] = useState();
  const [silent, setSilent] = useState(false);
  useEffect(() => {
    let timer;
    const poll = async () => {
      try {
        const response = await fetch('/state', { cache: 'no-store', signal: AbortSignal.timeout(5_000) });
        if (!response.ok) throw new Error(`status ${response.status}`);
        setState(await response.json());
        setSilent(false);
      } catch {
        setSilent(true);
      }
      timer = setTimeout(poll, EVERY_MS);
    };
    void poll();
    return () => clearTimeout(timer);
  }, []);

  const { machine, at, targets = [], incidents = [], problem } = state ?? {};
  const failing = targets.filter((target) => FAILING.has(target.state)).length;
  useEffect(() => {
    document.title = failing > 0 ? `(${failing}) Watchdog` : 'Watchdog';
  }, [failing]);
  const warning = silent
    ? 'The watchdog does not answer. The page shows its last answer.'
    : problem && `The new configuration cannot be used; the old one stays in force.\n${problem}`;
  return html`<header class="top">
      <h1>Watchdog</h1>
      ${machine && html`<p class="dim">on ${machine}</p>`}
      <p class="dim" role="status">
        ${silent ? 'no answer from the watchdog' : state ? summarize(targets) : 'loading …'}
      </p>
    </header>
    <main>
      ${warning && html`<div class="notice bad problem" role="alert">${warning}</div>`}
      <${Targets} targets=${targets} />
      <h2 id="what">What happened</h2>
      <ul class="card incidents" aria-labelledby="what">
        ${
          incidents.length > 0
            ? incidents.map((incident) => Incident(incident, Date.parse(at)))
            : html`<li class="dim">Nothing yet.</li>`
        }
      </ul>
    </main>`;
}

render(html`<${App} />`, document.getElementById('app'));
