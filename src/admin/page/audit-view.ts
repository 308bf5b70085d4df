import { html } from 'htm/preact';
import type { VNode } from 'preact';
import type { AuditRecord } from '../api/schemas/records.ts';
import { Failure } from './notices.ts';
import { useLoad } from './use-load.ts';
import { momentWords, requestWords } from './words.ts';

/** Shows the audit log: who did what, from where, with which result. */
export function AuditView(): VNode {
  const { data, error } = useLoad<{ records: AuditRecord[] }>('audit?limit=200', 10_000);
  // The attempt is shown only when its result is missing.
  const ended = new Set(data?.records.filter(({ kind }) => kind !== 'attempt').map(({ traceId }) => traceId));
  const shown = data?.records.filter(({ kind, traceId }) => kind !== 'attempt' || !ended.has(traceId)) ?? [];
  return html`<${Failure} error=${error} />
    <table class="cards" aria-label="Audit log">
      <thead>
        <tr>
          ${['Time', 'Who', 'From', 'What', 'Service', 'Result'].map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${shown.map(
          (record) =>
            html`<tr>
              <td class="number"><time datetime=${record.time}>${momentWords(record.time)}</time></td>
              <td data-label="Who" class="name">${record.principal ?? 'unknown'}</td>
              <td data-label="From" class="number">${record.address}</td>
              <td data-label="What">
                ${record.action === undefined && record.path !== undefined ? `${record.method ?? ''} ${record.path}` : requestWords(record.action ?? record.kind)}
                ${record.reason !== undefined && html`<small> “${record.reason}”</small>`}
              </td>
              <td data-label="Service">${record.service}</td>
              <td data-label="Result">
                ${record.outcome ?? [record.status, record.code].filter(Boolean).join(' ')}
                ${record.changes?.join(', ')}
              </td>
            </tr>`,
        )}
      </tbody>
    </table>`;
}
