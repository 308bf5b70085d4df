import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { AdminProblem } from '../api/schemas/problem.ts';
import type { AdminLogRecord } from '../api/schemas/records.ts';
import { ask, readLines } from './api.ts';
import { Failure } from './notices.ts';
import { shortMoment } from './words.ts';

const KEPT = 1_000;
const COLORS: Readonly<Record<string, string>> = { warn: 'warn', error: 'bad', critical: 'bad', debug: 'off' };

/** Shows a log, and new lines while "Follow" is on. */
export function LogTab({ path, levels }: { path: string; levels: readonly string[] }): VNode {
  const [records, setRecords] = useState<readonly AdminLogRecord[]>();
  const [error, setError] = useState<unknown>();
  const [level, setLevel] = useState('');
  const [follow, setFollow] = useState(true);
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const abort = new AbortController();
    const query = `?limit=500${level && `&level=${level}`}`;
    setError(undefined);
    read(path + query, follow, abort.signal, setRecords).catch((failure: unknown) => {
      if (!abort.signal.aborted) setError(failure);
    });
    return () => abort.abort();
  }, [path, level, follow]);
  useEffect(() => {
    if (follow) list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [records]);
  return html`<div class="bar">
      <select
        aria-label="Least level"
        value=${level}
        onChange=${(event: Event) => setLevel((event.currentTarget as HTMLSelectElement).value)}
      >
        <option value="">All levels</option>
        ${levels.map((name) => html`<option value=${name}>${name} and worse</option>`)}
      </select>
      <label class="check">
        <input
          type="checkbox"
          checked=${follow}
          onChange=${(event: Event) => setFollow((event.currentTarget as HTMLInputElement).checked)}
        />
        Follow
      </label>
    </div>
    <${Failure} error=${error} />
    ${records?.length === 0 && html`<p class="dim">Nothing was logged.</p>`}
    <ol class="log card mono" ref=${list} tabindex="0" aria-label="Records">
      ${records?.map(
        ({ time, level: its = '', message, data }, index) =>
          html`<li key=${index}>
            <time class="dim" datetime=${time} title=${time}>${time !== undefined && shortMoment(time)}</time>
            <span class=${COLORS[its] ?? ''}>${its}</span>
            <span>${message}${data && html` <span class="dim">${JSON.stringify(data)}</span>`}</span>
          </li>`,
      )}
    </ol>`;
}

async function read(
  path: string,
  follow: boolean,
  signal: AbortSignal,
  show: (update: (before: readonly AdminLogRecord[] | undefined) => readonly AdminLogRecord[]) => void,
): Promise<void> {
  const { records } = await ask<{ records: AdminLogRecord[] }>(path, { signal });
  show(() => records);
  if (!follow) return;
  // From the last record on, so that none is shown twice.
  const last = records.at(-1)?.time;
  const seen = new Set(records.filter(({ time }) => time === last).map((record) => JSON.stringify(record)));
  const since = last === undefined ? '' : `&since=${encodeURIComponent(last)}`;
  for await (const line of readLines<AdminLogRecord & { problem?: AdminProblem }>(`${path}${since}&follow`, signal)) {
    if (line.problem) throw new Error(`${line.problem.detail} ${line.problem.hint}`);
    if (!seen.delete(JSON.stringify(line))) show((before = []) => [...before, line].slice(-KEPT));
  }
}
