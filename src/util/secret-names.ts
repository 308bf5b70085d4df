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
  return text.replace(URL_PATTERN, (_, scheme: string, odd: string | undefined, rest: string) => {
    const [, login = odd ?? '', host = '', path = ''] = /^([^/?#]*@)?([^/?#]*)([\s\S]*)$/.exec(rest) ?? [];
    const tail = path === '' || path === '/' ? path : `/${REDACTED}`;
    // `user:12/34@host`: what seems to be a host and its port is the beginning of a login.
    const isLogin = path.includes('@') && /:|^[^.]*$/.test(host) && host !== 'localhost';
    return `${scheme}${login === '' ? '' : `${REDACTED}@`}${isLogin ? '' : host}${tail}`;
  });
}

/**
 * Scheme, login and rest of a URL in a text. A login with `name:password` ends at the last `@` before the next URL of
 * the line: passwords are written into URLs as they are, with spaces, quotes, `/`, `?`, `#` and `@`. A colon before a
 * port begins no password.
 */
const URL_PATTERN =
  /\b([a-z][a-z\d+.-]{0,30}:\/\/)((?!\[)[^\s"'<>/?#@:]*:(?!\d+(?:[/?#\s"'<>]|$))(?:(?!:\/\/)[^\n])*@)?([^\s"'<>]*)/gi;
