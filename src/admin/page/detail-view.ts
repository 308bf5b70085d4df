import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { AdminDiagnosis } from '../api/schemas/records.ts';
import type { AdminService } from '../api/schemas/service.ts';
import type { AdminMachine } from '../api/schemas/system.ts';
import { pathOf } from './api.ts';
import { ConfigTab } from './config-tab.ts';
import type { Question } from './confirm.ts';
import { LogTab } from './log-tab.ts';
import { Failure, type Notice } from './notices.ts';
import { ServiceActions, StateBadge } from './service-parts.ts';
import type { Change } from './use-events.ts';
import { useLoad } from './use-load.ts';
import { bytesWords, momentWords, timeWords } from './words.ts';

const POLL_MS = 5_000;

/** Shows one service: status, log, events, settings, diagnosis. */
export function DetailView({
  name,
  machine,
  changes,
  request,
  note,
}: {
  name: string;
  machine: AdminMachine;
  changes: Change | undefined;
  request: (question: Question) => void;
  note: (notice: Notice) => void;
}): VNode {
  const { data: service, error, reload } = useLoad<AdminService>(`${pathOf(name)}?details`, POLL_MS);
  const [tab, setTab] = useState('Status');
  useEffect(() => {
    if (changes?.data.name === name || changes?.type === 'reset') reload();
  }, [changes?.turn]);
  const { features, caller } = machine;
  const tabs = [
    'Status',
    ...(caller.logs ? ['Log'] : []),
    ...(caller.logs && features.includes('events') ? ['Events'] : []),
    'Settings',
    ...(caller.logs && features.includes('doctor') ? ['Doctor'] : []),
  ];
  return html`<p><a href="#/">← All services</a></p>
    <${Failure} error=${error} />
    ${
      service &&
      html`<div class="bar">
          <h2 class="grow">
            ${service.displayName} ${service.displayName !== name && html`<small class="dim">${name}</small>`}
          </h2>
          <div class="actions"><${ServiceActions} service=${service} request=${request} /></div>
        </div>
        <div class="tabs" role="tablist" aria-label="Parts">
          ${tabs.map(
            (words) =>
              html`<button
                role="tab"
                id=${`tab-${words}`}
                aria-controls="part"
                aria-selected=${String(words === tab)}
                tabindex=${words === tab ? 0 : -1}
                onClick=${() => setTab(words)}
                onKeyDown=${(event: KeyboardEvent) => moveTab(event, tabs, tab, setTab)}
              >
                ${words}
              </button>`,
          )}
        </div>
        <section id="part" role="tabpanel" aria-labelledby=${`tab-${tab}`}>
          ${tab === 'Status' && html`<${Status} service=${service} />`}
          ${tab === 'Log' && html`<${LogTab} key="log" path=${pathOf(name, '/logs')} levels=${['debug', 'info', 'warn', 'error']} />`}
          ${tab === 'Events' && html`<${LogTab} key="events" path=${pathOf(name, '/events')} levels=${['info', 'warn', 'error', 'critical']} />`}
          ${tab === 'Settings' && html`<${ConfigTab} name=${name} editable=${service.writable && caller.role === 'admin'} note=${note} />`}
          ${tab === 'Doctor' && html`<${Doctor} name=${name} />`}
        </section>`
    }`;
}

/** Arrow keys go from tab to tab, as in every tab list. */
function moveTab(event: KeyboardEvent, tabs: readonly string[], tab: string, select: (tab: string) => void): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length] ?? tab;
  select(next);
  document.getElementById(`tab-${next}`)?.focus();
}

function Status({ service }: { service: AdminService }): VNode {
  const { startType, account, pid, process, exitText, checkpoint, accepts, state } = service;
  const rows: [string, unknown][] = [
    ['State', html`<${StateBadge} service=${service} />`],
    ['Start type', startType],
    ['Account', account],
    ['PID', pid === 0 ? undefined : pid],
    [
      'Started',
      process &&
        `${momentWords(process.startedAt)} (${timeWords((Date.now() - Date.parse(process.startedAt)) / 1_000)} ago)`,
    ],
    ['CPU time', process && timeWords(process.cpuSeconds)],
    ['Memory', process && bytesWords(process.memoryBytes)],
    ['Last end', state === 'stopped' ? exitText : undefined],
    ['Checkpoint', checkpoint > 0 ? checkpoint : undefined],
    ['Accepts', accepts.join(', ')],
  ];
  return html`<dl class="card">
    ${rows
      .filter(([, value]) => value !== undefined && value !== '')
      .map(
        ([term, value]) =>
          html`<dt>${term}</dt>
            <dd>${value}</dd>`,
      )}
  </dl>`;
}

const OUTCOMES = {
  ok: ['fine', 'good'],
  warn: ['warning', 'warn'],
  fail: ['problem', 'bad'],
  skip: ['not checked', 'off'],
} as const;

function Doctor({ name }: { name: string }): VNode {
  const { data, error } = useLoad<AdminDiagnosis>(pathOf(name, '/doctor'));
  return html`<${Failure} error=${error} /> ${!data && error === undefined && html`<p class="dim">Checking …</p>`}
    ${data?.findings.map(({ check, outcome, found, repair }) => {
      const [words, color] = OUTCOMES[outcome];
      return html`<div class="card" key=${check}>
        <span class=${`state ${color}`}>${words}</span> ${found}
        ${repair !== undefined && html`<p><code>${repair}</code></p>`}
      </div>`;
    })}`;
}
