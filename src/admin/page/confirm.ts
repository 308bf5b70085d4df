import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

/** Action that a user must confirm. */
export interface Question {
  readonly service: string;
  readonly action: 'start' | 'stop' | 'restart' | 'pause' | 'continue';
}

/** Answer of the user. */
export interface Consent {
  readonly reason: string;
  readonly dependents: boolean;
}

/** Asks before a service is stopped or restarted, in a dialog of the browser. */
export function Confirm({
  question,
  answer,
}: {
  question: Question;
  answer: (consent: Consent | undefined) => void;
}): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState('');
  const [dependents, setDependents] = useState(false);
  const { action, service } = question;
  const verb = action.charAt(0).toUpperCase() + action.slice(1);
  useEffect(() => dialog.current?.showModal(), []);
  return html`<dialog ref=${dialog} aria-labelledby="question" onClose=${() => answer(undefined)}>
    <form
      class="stack"
      onSubmit=${(event: Event) => {
        event.preventDefault();
        answer({ reason: reason.trim(), dependents });
      }}
    >
      <h2 id="question">${verb} ${service}?</h2>
      <label class="field">
        Reason, for the audit log
        <input
          maxlength="127"
          value=${reason}
          onInput=${(event: InputEvent) => setReason((event.currentTarget as HTMLInputElement).value)}
        />
      </label>
      ${
        action !== 'pause' &&
        html`<label class="check">
          <input
            type="checkbox"
            checked=${dependents}
            onChange=${(event: Event) => setDependents((event.currentTarget as HTMLInputElement).checked)}
          />
          Also the services that depend on it
        </label>`
      }
      <div class="end">
        <button type="button" onClick=${() => answer(undefined)}>Cancel</button>
        <button class="main">${verb}</button>
      </div>
    </form>
  </dialog>`;
}
