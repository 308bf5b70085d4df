import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { send } from './api.ts';
import { Failure } from './notices.ts';

/** Asks for a token and starts a session with it. */
export function Login({ done }: { done: () => void }): VNode {
  const [token, setToken] = useState('');
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  async function login(event: Event): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await send('session', { method: 'POST', body: { token: token.trim() } });
      done();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  }
  return html`<main>
    <form class="card login stack" onSubmit=${login}>
      <h1>Services</h1>
      <p class="dim">Sign in with a token. An administrator of this machine makes one with:</p>
      <p><code>winsvc admin token create --name "your name" --role operator</code></p>
      <label class="field">
        Token
        <input
          type="password"
          autocomplete="off"
          required
          value=${token}
          onInput=${(input: InputEvent) => setToken((input.currentTarget as HTMLInputElement).value)}
        />
      </label>
      <${Failure} error=${error} />
      <div class="end"><button class="main" disabled=${busy}>Sign in</button></div>
    </form>
  </main>`;
}
