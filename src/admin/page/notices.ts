import { html } from 'htm/preact';
import type { VNode } from 'preact';

/** Message about something that was done, or that failed. */
export interface Notice {
  readonly id: string;
  readonly tone: 'good' | 'bad' | 'busy';
  readonly text: string;
}

/** Shows messages where screen readers announce them. */
export function Notices({ notices, close }: { notices: readonly Notice[]; close: (id: string) => void }): VNode {
  return html`<div class="notices" role="status" aria-live="polite">
    ${notices.map(
      ({ id, tone, text }) =>
        html`<div class=${`notice ${tone}`} key=${id}>
          <span>${text} ${tone === 'busy' && html`<progress aria-label="Working"></progress>`}</span>
          <button onClick=${() => close(id)} aria-label="Close the message">×</button>
        </div>`,
    )}
  </div>`;
}

/** Shows why something could not be loaded. */
export function Failure({ error }: { error: unknown }): VNode | null {
  if (error === undefined) return null;
  const text = error instanceof Error ? error.message : 'It failed.';
  return html`<p class="notice bad" role="alert">${text}</p>`;
}
