import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { AdminService, AdminServiceList } from '../api/schemas/service.ts';
import type { Question } from './confirm.ts';
import { Failure } from './notices.ts';
import { ServiceActions, StateBadge } from './service-parts.ts';
import type { Change } from './use-events.ts';
import { useLoad } from './use-load.ts';
import { bytesWords, timeWords } from './words.ts';

type Filter = 'all' | 'running' | 'stopped' | 'writable';

const SHOWN = 300;
const POLL_MS = 5_000;

/** Lists the services, writable ones first, with search and filter. */
export function ListView({
  changes,
  request,
}: {
  changes: Change | undefined;
  request: (question: Question) => void;
}): VNode {
  const { data, error, reload } = useLoad<AdminServiceList>('services?details&limit=5000', POLL_MS);
  const [search, setSearch] = useState('');
  const [filter, setFilter] = useState<Filter>('all');
  const [states, setStates] = useState<ReadonlyMap<string, Partial<AdminService>>>(new Map());
  const cpu = useCpu(data);
  useEffect(() => setStates(new Map()), [data]);
  useEffect(() => {
    if (changes?.type === 'service' && changes.data.name !== undefined)
      setStates((before) => new Map(before).set(changes.data.name ?? '', changes.data as Partial<AdminService>));
    else if (changes && changes.type !== 'watchdog') reload();
  }, [changes?.turn]);
  const services = useMemo(
    () => (data?.services ?? []).map((service) => ({ ...service, ...states.get(service.name) })),
    [data, states],
  );
  const found = services.filter((service) => matches(service, search, filter));
  const running = services.filter(({ state }) => state === 'running').length;
  return html`<div class="bar">
      <label class="grow">
        <span class="hidden">Search by name</span>
        <input
          type="search"
          placeholder="Search by name"
          class="grow"
          value=${search}
          onInput=${(event: InputEvent) => setSearch((event.currentTarget as HTMLInputElement).value)}
        />
      </label>
      <select
        aria-label="Show"
        value=${filter}
        onChange=${(event: Event) => setFilter((event.currentTarget as HTMLSelectElement).value as Filter)}
      >
        <option value="all">All services</option>
        <option value="writable">That I can change</option>
        <option value="running">Running</option>
        <option value="stopped">Stopped</option>
      </select>
      <span class="dim" role="status"
        >${data ? `${found.length} of ${services.length}, ${running} running` : 'Loading …'}</span
      >
    </div>
    <${Failure} error=${error} />
    <table class="cards" aria-label="Services">
      <thead>
        <tr>
          ${['Service', 'State', 'Start', 'Account', 'PID', 'CPU', 'Memory', 'Uptime', 'Actions'].map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${found.slice(0, SHOWN).map((service) => html`<${Row} key=${service.name} service=${service} cpu=${cpu.get(service.name)} request=${request} />`)}
      </tbody>
    </table>
    ${found.length > SHOWN && html`<p class="dim">${found.length - SHOWN} more: search to find them.</p>`}`;
}

function Row({
  service,
  cpu,
  request,
}: {
  service: AdminService;
  cpu: number | undefined;
  request: (question: Question) => void;
}): VNode {
  const { name, displayName, startType, account, pid, process } = service;
  const lives = pid !== 0 && process;
  return html`<tr>
    <th scope="row">
      <a href=${`#/services/${encodeURIComponent(name)}`}>${displayName}</a>
      ${displayName !== name && html`<small>${name}</small>`}
    </th>
    <td><${StateBadge} service=${service} /></td>
    <td data-label="Start" class="number">${startType}</td>
    <td data-label="Account" title=${account}>${accountWords(account, name)}</td>
    <td data-label="PID" class="number">${pid === 0 ? '' : pid}</td>
    <td data-label="CPU" class="number">${lives && cpu !== undefined ? `${cpu.toFixed(1)} %` : ''}</td>
    <td data-label="Memory" class="number">${lives ? bytesWords(process.memoryBytes) : ''}</td>
    <td data-label="Uptime" class="number">
      ${lives ? timeWords((Date.now() - Date.parse(process.startedAt)) / 1_000) : ''}
    </td>
    <td class="actions"><${ServiceActions} service=${service} request=${request} /></td>
  </tr>`;
}

/** A virtual account has the name of its service, which is in the row already. */
function accountWords(account: string | null | undefined, service: string): string {
  return account?.toLowerCase() === `nt service\\${service}`.toLowerCase() ? 'virtual' : (account ?? '');
}

function matches({ name, displayName, state, writable }: AdminService, search: string, filter: Filter): boolean {
  if (filter === 'writable' && !writable) return false;
  if ((filter === 'running' || filter === 'stopped') && state !== filter) return false;
  const wanted = search.trim().toLowerCase();
  return name.toLowerCase().includes(wanted) || displayName.toLowerCase().includes(wanted);
}

/** Share of one core in percent, from the CPU time between two answers. */
function useCpu(data: AdminServiceList | undefined): ReadonlyMap<string, number> {
  const before = useRef(new Map<string, { at: number; pid: number; seconds: number }>());
  return useMemo(() => {
    const at = performance.now() / 1_000;
    const shares = new Map<string, number>();
    const next: typeof before.current = new Map();
    for (const { name, pid, process } of data?.services ?? []) {
      if (!process) continue;
      const last = before.current.get(name);
      if (last?.pid === pid && at > last.at)
        shares.set(name, (100 * (process.cpuSeconds - last.seconds)) / (at - last.at));
      next.set(name, { at, pid, seconds: process.cpuSeconds });
    }
    before.current = next;
    return shares;
  }, [data]);
}
