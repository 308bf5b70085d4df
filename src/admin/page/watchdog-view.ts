import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import type { AdminWatchdog, AdminWatchdogTarget } from '../api/schemas/system.ts';
import { send } from './api.ts';
import { Failure, type Notice } from './notices.ts';
import type { Change } from './use-events.ts';
import { useLoad } from './use-load.ts';
import { momentWords, timeWords } from './words.ts';

const COLORS: Readonly<Record<string, string>> = { normal: 'good', suspect: 'warn', recovering: 'warn', off: 'off' };

/** Shows the targets of the watchdog. Each incident is one row: its start, reason, actions and duration. */
export function WatchdogView({
  changes,
  canPause,
  note,
}: {
  changes: Change | undefined;
  canPause: boolean;
  note: (notice: Notice) => void;
}): VNode {
  const { data, error, reload } = useLoad<AdminWatchdog>('watchdog', 10_000);
  useEffect(() => {
    if (changes?.type === 'watchdog') reload();
  }, [changes?.turn]);
  async function pause(target: string, time: string): Promise<void> {
    try {
      const path = `watchdog/${encodeURIComponent(target)}`;
      await (time === ''
        ? send(`${path}/resume`, { method: 'POST' })
        : send(`${path}/pause`, { method: 'POST', body: { for: time } }));
      note({
        id: target,
        tone: 'good',
        text: time === '' ? `The watchdog watches ${target} again.` : `The watchdog of ${target} is paused for 1 h.`,
      });
      reload();
    } catch (failure) {
      note({ id: target, tone: 'bad', text: (failure as Error).message });
    }
  }
  return html`<${Failure} error=${error} />
    ${data?.targets.map((target) => html`<${Target} key=${target.name} target=${target} canPause=${canPause} pause=${pause} />`)}`;
}

function Target({
  target,
  canPause,
  pause,
}: {
  target: AdminWatchdogTarget;
  canPause: boolean;
  pause: (target: string, time: string) => Promise<void>;
}): VNode {
  const { name, state, since, reason, history, heldBy } = target;
  return html`<section class="card stack" aria-label=${name}>
    <div class="bar">
      <h2 class="grow">${name}</h2>
      <span class=${`state ${COLORS[state] ?? 'bad'}`}>${state}</span>
      <small>since ${momentWords(since)}</small>
      ${
        canPause &&
        html`<span class="actions">
          ${
            heldBy === 'maintenance'
              ? html`<button onClick=${() => void pause(name, '')}>Watch again</button>`
              : html`<button aria-label=${`Pause ${name} for 1 hour`} onClick=${() => void pause(name, '1h')}>
                  Pause 1 h
                </button>`
          }
        </span>`
      }
    </div>
    ${reason !== '' && html`<p>${reason}</p>`} ${heldBy !== undefined && html`<p class="dim">No action: ${heldBy}.</p>`}
    ${
      history.length === 0
        ? html`<p class="dim">No incident since this server started.</p>`
        : html`<table class="cards" aria-label=${`Incidents of ${name}`}>
            <thead>
              <tr>
                <th scope="col">Since</th>
                <th scope="col">Cause</th>
                <th scope="col">Done</th>
                <th scope="col">Lasted</th>
              </tr>
            </thead>
            <tbody>
              ${history.map(
                (incident) =>
                  html`<tr key=${incident.since}>
                    <td class="number"><time datetime=${incident.since}>${momentWords(incident.since)}</time></td>
                    <td>${incident.reason}</td>
                    <td data-label="Done">
                      ${incident.actions.map(({ action, error }) => (error === undefined ? action : `${action} failed: ${error}`)).join('; ') || 'nothing'}
                    </td>
                    <td data-label="Lasted" class="number">
                      ${incident.until === undefined ? html`<span class="bad">still</span>` : timeWords((Date.parse(incident.until) - Date.parse(incident.since)) / 1_000)}
                    </td>
                  </tr>`,
              )}
            </tbody>
          </table>`
    }
  </section>`;
}
