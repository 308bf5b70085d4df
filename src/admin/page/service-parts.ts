import { html } from 'htm/preact';
import type { VNode } from 'preact';
import type { AdminService } from '../api/schemas/service.ts';
import type { Question } from './confirm.ts';
import { STATE_WORDS } from './words.ts';

/** State of a service, in words and color. A failure says how the service ended. */
export function StateBadge({ service }: { service: AdminService }): VNode {
  const [words, color] = STATE_WORDS[service.state];
  const failed = service.state === 'stopped' && service.failed;
  return html`<span class=${`state ${failed ? 'bad' : color}`}>${failed ? 'failed' : words}</span>
    ${failed && html`<small class="dim"> ${service.exitText}</small>`}`;
}

/** Buttons for what the state of a service allows. */
export function ServiceActions({
  service,
  request,
}: {
  service: AdminService;
  request: (question: Question) => void;
}): VNode | null {
  const { name, displayName, state, accepts, writable } = service;
  if (!writable) return null;
  const button = (action: Question['action'], words: string): VNode =>
    html`<button aria-label=${`${words} ${displayName}`} onClick=${() => request({ service: name, action })}>
      ${words}
    </button>`;
  if (state === 'stopped') return button('start', 'Start');
  if (state !== 'running' && state !== 'paused') return null;
  return html`${accepts.includes('stop') && button('restart', 'Restart')}
  ${accepts.includes('stop') && button('stop', 'Stop')}
  ${accepts.includes('pauseContinue') && (state === 'paused' ? button('continue', 'Continue') : button('pause', 'Pause'))}`;
}
