/** Text that stands in the place of a secret. */
export const REDACTED = '[secret]';

/** Parts of a name that mean a secret wherever they stand: `dbPassword`, `MYSQL_PWD`, `accessKeyId`. */
const PART =
  /passw(?:or)?d|passphrase|pwd|secret|token|jwt|credential|(?:api|access|private|account|shared|signing|encryption)[-_ ]?key|connection[-_ ]?string/i;
/** Words that mean a secret only as a word of their own: `smtpPass` is one, `compass` is not. */
const WORD = new Set(['pass', 'key', 'keys', 'auth', 'authorization', 'bearer', 'cookie', 'cookies', 'dsn', 'sas']);

/** Returns whether a setting with this name is taken for a secret, without being marked as one. */
export function isSecretName(name: string): boolean {
  if (PART.test(name)) return true;
  const words = name.replace(/([a-z\d])([A-Z])/g, '$1 $2').split(/[^A-Za-z]+/);
  return (
    words.some((word) => WORD.has(word.toLowerCase())) ||
    (/^[a-z]+pass$/i.test(words.at(-1) ?? '') && !/(?:by|com|over|under)pass$/i.test(name))
  );
}

/** Hides a name that may hold a secret: YAML takes `{password:x}`, without a space, for one name. */
export function redactName(name: string): string {
  const before = /^(.*)[^\p{L}\p{N}_$.@-]/su.exec(name)?.[1];
  return before !== undefined && isSecretName(before) ? REDACTED : name;
}

/**
 * Hides the parts of URLs that are secrets: the login, the query and, where the URL is all of the text, the path, in
 * which webhooks carry their token. Other text stays as it is.
 */
export function redactUrls(text: string): string {
  return text.replace(/\b([a-z][a-z\d+.-]*:\/\/)([^\s"'<>]*)/gi, (_, scheme: string, rest: string) => {
    const [, login = '', host = '', path = ''] = /^([^/?#]*@)?([^/?#]*)([\s\S]*)$/.exec(rest) ?? [];
    const tail = path === '' || path === '/' ? path : `/${REDACTED}`;
    return `${scheme}${login === '' ? '' : `${REDACTED}@`}${host}${tail}`;
  });
}
