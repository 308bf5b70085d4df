import { inspect } from 'node:util';
import { REDACTED } from './secret-names.ts';

/** Shortest piece of a secret that must not be shown, in characters. */
export const MIN_SECRET_PIECE = 4;
/** Secrets that are longer are compared by their first part only: a message never holds more of them. */
const MAX_SECRET_LENGTH = 20_000;

/**
 * Returns a function that hides secrets in any text: every piece of a secret of 4 characters or more becomes
 * `[secret]`, in whatever form JSON, `util.inspect` or a URL writes it. Shorter secrets aren't hidden: to cut "is" out of a message
 * would tell what the secret is.
 */
export function createRedactor(secrets: Iterable<string>): (text: string) => string {
  const pieces = new Set<string>();
  for (const secret of secrets) {
    for (const form of formsOf(secret.slice(0, MAX_SECRET_LENGTH))) {
      for (let at = 0; at + MIN_SECRET_PIECE <= form.length; at += 1) pieces.add(form.slice(at, at + MIN_SECRET_PIECE));
    }
  }
  return pieces.size === 0 ? (text) => text : (text) => hide(text, pieces);
}

function hide(text: string, pieces: ReadonlySet<string>): string {
  let result = '';
  let shownTo = 0;
  let hiddenTo = -1;
  for (let at = 0; at + MIN_SECRET_PIECE <= text.length; at += 1) {
    if (!pieces.has(text.slice(at, at + MIN_SECRET_PIECE))) continue;
    if (at > hiddenTo) result += text.slice(Math.max(shownTo, 0), at) + REDACTED;
    hiddenTo = at + MIN_SECRET_PIECE;
    shownTo = hiddenTo;
  }
  return result + text.slice(shownTo);
}

/** The secret as it may be written in a message. */
function formsOf(secret: string): Set<string> {
  const forms = [secret, JSON.stringify(secret).slice(1, -1), inspect(secret, { breakLength: Infinity }).slice(1, -1)];
  try {
    forms.push(encodeURIComponent(secret));
  } catch {
    // A lone surrogate has no such form.
  }
  return new Set(forms);
}
