import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';
import type { Operation } from '../api/schemas/operation.ts';
import type { AdminMachine } from '../api/schemas/system.ts';
import { ask, pathOf, Refusal, send, whenLoggedOut } from './api.ts';
import { AuditView } from './audit-view.ts';
import { Confirm, type Consent, type Question } from './confirm.ts';
import { DetailView } from './detail-view.ts';
import { ListView } from './list-view.ts';
import { Login } from './login.ts';
import { Failure, type Notice, Notices } from './notices.ts';
import { useEvents } from './use-events.ts';
import { WatchdogView } from './watchdog-view.ts';

/** Past tense of each action. */
const DONE: Readonly<Record<string, string>> = {
  start: 'started',
  stop: 'stopped',
  restart: 'restarted',
  pause: 'paused',
  continue: 'resumed',
  command: 'commanded',
  uninstall: 'uninstalled',
};

/** Place in the page, from the part of the address after `#`. */
function usePlace(): readonly string[] {
  const read = (): string[] => location.hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent);
  const [place, setPlace] = useState(read);
  useEffect(() => {
    const change = (): void => setPlace(read());
    addEventListener('hashchange', change);
    return () => removeEventListener('hashchange', change);
  }, []);
  return place;
}

/** Frame of the page: user, navigation, messages. */
export function Shell(): VNode {
  const [machine, setMachine] = useState<AdminMachine>();
  const [state, setState] = useState<'loading' | 'login' | 'ready' | 'failed'>('loading');
  const [error, setError] = useState<unknown>();
  const enter = useCallback(() => {
    ask<AdminMachine>('machine').then(
      (value) => {
        setMachine(value);
        setState('ready');
      },
      (failure: unknown) => {
        setError(failure);
        setState(failure instanceof Refusal && failure.status === 401 ? 'login' : 'failed');
      },
    );
  }, []);
  useEffect(() => {
    whenLoggedOut(() => setState('login'));
    enter();
  }, []);
  if (state === 'login') return html`<${Login} done=${enter} />`;
  if (state === 'ready' && machine) return html`<${Signed} machine=${machine} left=${() => setState('login')} />`;
  return html`<main>
    ${state === 'failed' ? html`<${Failure} error=${error} />` : html`<p class="dim">Loading …</p>`}
  </main>`;
}

function Signed({ machine, left }: { machine: AdminMachine; left: () => void }): VNode {
  const [view = '', name = ''] = usePlace();
  const [notices, setNotices] = useState<readonly Notice[]>([]);
  const [question, setQuestion] = useState<Question>();
  const note = useCallback((notice: Notice) => {
    setNotices((before) => {
      const known = before.find(({ id }) => id === notice.id);
      // The answer to a request may arrive after the event that it is done.
      if (known && known.tone !== 'busy' && notice.tone === 'busy') return before;
      return [...before.filter(({ id }) => id !== notice.id), notice].slice(-4);
    });
    if (notice.tone === 'good') setTimeout(() => setNotices((all) => all.filter(({ id }) => id !== notice.id)), 6_000);
  }, []);
  const onOperation = useCallback((operation: Operation) => note(toNotice(operation)), []);
  const { changes, connected } = useEvents(onOperation);
  async function act({ service, action }: Question, { reason, dependents }: Consent): Promise<void> {
    setQuestion(undefined);
    const body = { action, ...(reason !== '' && { reason }), ...(dependents && { dependents }) };
    try {
      onOperation(await ask<Operation>(pathOf(service, '/operations'), { method: 'POST', body }));
    } catch (failure) {
      note({ id: `${service} ${action}`, tone: 'bad', text: `${service}: ${(failure as Error).message}` });
    }
  }
  const request = (asked: Question): void => {
    if (asked.action === 'start' || asked.action === 'continue') void act(asked, { reason: '', dependents: false });
    else setQuestion(asked);
  };
  const link = (to: string, words: string): VNode =>
    html`<a href=${`#/${to}`} aria-current=${view === to || (to === '' && view === 'services') ? 'page' : null}
      >${words}</a
    >`;
  const has = (feature: AdminMachine['features'][number]): boolean => machine.features.includes(feature);
  return html`<header class="top">
      <h1>${machine.managed}</h1>
      <nav aria-label="Views">
        ${link('', 'Services')} ${has('watchdog') && link('watchdog', 'Watchdog')}
        ${has('audit') && machine.caller.role === 'admin' && link('audit', 'Audit log')}
      </nav>
      <div class="who">
        ${!connected && html`<span class="warn" role="status">not live: connecting again</span>`}
        <span class="dim">${machine.caller.name} (${machine.caller.role})</span>
        <button
          onClick=${() => {
            send('session', { method: 'DELETE' }).then(left, (failure: unknown) =>
              note({ id: 'session', tone: 'bad', text: (failure as Error).message }),
            );
          }}
        >
          Sign out
        </button>
      </div>
    </header>
    <main>
      ${
        view === 'services' && name !== ''
          ? html`<${DetailView}
              key=${name}
              name=${name}
              machine=${machine}
              changes=${changes}
              request=${request}
              note=${note}
            />`
          : view === 'watchdog'
            ? html`<${WatchdogView} changes=${changes} canPause=${machine.caller.role !== 'viewer'} note=${note} />`
            : view === 'audit'
              ? html`<${AuditView} />`
              : html`<${ListView} changes=${changes} request=${request} />`
      }
    </main>
    ${
      question &&
      html`<${Confirm}
        question=${question}
        answer=${(consent: Consent | undefined) => (consent ? void act(question, consent) : setQuestion(undefined))}
      />`
    }
    <${Notices} notices=${notices} close=${(id: string) => setNotices((all) => all.filter((its) => its.id !== id))} />`;
}

function toNotice({ id, service, action, state, progress, error, requestedBy }: Operation): Notice {
  const last = progress.at(-1);
  if (state === 'succeeded') return { id, tone: 'good', text: `${service} is ${DONE[action] ?? action}.` };
  if (state === 'failed')
    return { id, tone: 'bad', text: `${service}: ${action} failed. ${error?.detail ?? ''} ${error?.hint ?? ''}` };
  if (state === 'abandoned') return { id, tone: 'bad', text: `${service}: the wait for its ${action} was canceled.` };
  const step = last && last.checkpoint > 0 ? `, step ${last.checkpoint}` : '';
  return { id, tone: 'busy', text: `${service}: ${action}${step} (${requestedBy})` };
}
