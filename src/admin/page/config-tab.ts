import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { AdminConfigChanges, AdminServiceConfig } from '../api/schemas/config-types.ts';
import { ask, pathOf, send } from './api.ts';
import { Failure, type Notice } from './notices.ts';
import { useLoad } from './use-load.ts';
import { settingWords, valueWords } from './words.ts';

/** Text fields of the form, by setting. */
type Draft = Readonly<Record<'displayName' | 'description' | 'startType' | 'dependencies', string>>;

const STARTS = ['auto', 'delayed', 'demand', 'disabled'];

/** Shows the settings; changes are shown as a table of old and new values before they are applied. */
export function ConfigTab({
  name,
  editable,
  note,
}: {
  name: string;
  editable: boolean;
  note: (notice: Notice) => void;
}): VNode {
  const { data: config, error, reload } = useLoad<AdminServiceConfig>(pathOf(name, '/config'));
  const [draft, setDraft] = useState<Draft>();
  const [plan, setPlan] = useState<AdminConfigChanges & { etag: string }>();
  const [failure, setFailure] = useState<unknown>();
  const change = draft && config && changeOf(config, draft);
  async function patch(etag: string, query: string): Promise<AdminConfigChanges> {
    const headers = { 'Content-Type': 'application/merge-patch+json', 'If-Match': etag };
    return ask(pathOf(name, `/config${query}`), { method: 'PATCH', body: change, headers });
  }
  async function run(work: () => Promise<void>): Promise<void> {
    setFailure(undefined);
    await work().catch(setFailure);
  }
  const preview = (): Promise<void> =>
    run(async () => {
      const etag = (await send(pathOf(name, '/config'))).headers.get('etag') ?? '';
      setPlan({ ...(await patch(etag, '?plan')), etag });
    });
  const apply = (etag: string): Promise<void> =>
    run(async () => {
      const { changes } = await patch(etag, '');
      note({
        id: `config ${name}`,
        tone: 'good',
        text: `${name}: changed ${changes.map(({ setting }) => setting).join(', ')}.`,
      });
      setDraft(undefined);
      setPlan(undefined);
      reload();
    });
  const set = (field: keyof Draft) => (event: Event) => {
    setPlan(undefined);
    if (draft) setDraft({ ...draft, [field]: (event.currentTarget as HTMLInputElement).value });
  };
  if (!config) return html`<${Failure} error=${error} />`;
  return html`<div class="stack">
    <${Failure} error=${failure ?? error} />
    ${editable && !draft && html`<div class="end"><button onClick=${() => setDraft(draftOf(config))}>Change settings</button></div>`}
    ${
      draft &&
      html`<form
        class="card stack"
        onSubmit=${(event: Event) => {
          event.preventDefault();
          void preview();
        }}
      >
        <div class="fields">
          <label class="field"
            >Display name <input value=${draft.displayName} onInput=${set('displayName')} required
          /></label>
          <label class="field">Description <input value=${draft.description} onInput=${set('description')} /></label>
          <label class="field">
            Start type
            <select value=${draft.startType} onChange=${set('startType')}>
              ${STARTS.map((start) => html`<option value=${start}>${start}</option>`)}
            </select>
          </label>
          <label class="field"
            >Depends on (names, with commas) <input value=${draft.dependencies} onInput=${set('dependencies')}
          /></label>
        </div>
        ${plan && html`<${Diff} changes=${plan.changes} />`}
        <div class="end">
          <button
            type="button"
            onClick=${() => {
              setDraft(undefined);
              setPlan(undefined);
            }}
          >
            Cancel
          </button>
          ${
            plan && plan.changes.length > 0
              ? html`<button type="button" class="main" onClick=${() => void apply(plan.etag)}>Apply</button>`
              : html`<button class="main" disabled=${Object.keys(change ?? {}).length === 0}>Show changes</button>`
          }
        </div>
      </form>`
    }
    <dl class="card">
      ${Object.entries(config)
        .filter(([setting]) => setting !== 'unsupported')
        .map(
          ([setting, value]) =>
            html`<dt>${settingWords(setting)}</dt>
              <dd>${valueWords(value, setting)}</dd>`,
        )}
    </dl>
  </div>`;
}

function Diff({ changes }: { changes: AdminConfigChanges['changes'] }): VNode {
  if (changes.length === 0) return html`<p class="notice">Nothing would change.</p>`;
  return html`<table class="cards" aria-label="Changes">
    <thead>
      <tr>
        <th scope="col">Setting</th>
        <th scope="col">Now</th>
        <th scope="col">Then</th>
      </tr>
    </thead>
    <tbody>
      ${changes.map(
        ({ setting, from, to }) =>
          html`<tr>
            <th scope="row">${settingWords(setting)}</th>
            <td data-label="Now"><del>${valueWords(from, setting)}</del></td>
            <td data-label="Then"><ins>${valueWords(to, setting)}</ins></td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function draftOf({ displayName = '', description, startType = 'auto', dependencies }: AdminServiceConfig): Draft {
  return { displayName, description: description ?? '', startType, dependencies: (dependencies ?? []).join(', ') };
}

/** The fields that differ from what was read, as a merge patch. */
function changeOf(config: AdminServiceConfig, draft: Draft): Readonly<Record<string, unknown>> {
  const before = draftOf(config);
  const dependencies = draft.dependencies
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return {
    ...(draft.displayName !== before.displayName && { displayName: draft.displayName }),
    ...(draft.description !== before.description && {
      description: draft.description === '' ? null : draft.description,
    }),
    ...(draft.startType !== before.startType && { startType: draft.startType }),
    ...(draft.dependencies !== before.dependencies && {
      dependencies: dependencies.length === 0 ? null : dependencies,
    }),
  };
}
