/** Page of winsvc admin: `index.html` loads it. */
import { html, render } from 'htm/preact';
import { Shell } from './shell.ts';

const root = document.getElementById('app');
if (root) {
  root.textContent = '';
  render(html`<${Shell} />`, root);
}
