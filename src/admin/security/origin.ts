import { ApiError } from '../api/api-error.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const SAFE = new Set(['GET', 'HEAD']);

/**
 * Refuses a request under a host name that isn't this server's: another site can let its name point to 127.0.0.1, and
 * its pages would then have the same origin (DNS rebinding).
 */
export function checkHost(request: Request, hosts: ReadonlySet<string>): void {
  const names = [new URL(request.url).host, request.headers.get('host') ?? undefined];
  for (const name of names) {
    if (name === undefined || isKnown(name, hosts)) continue;
    throw new ApiError('FORBIDDEN_HOST', { detail: `The host is "${name.slice(0, 100)}".` });
  }
}

function isKnown(host: string, hosts: ReadonlySet<string>): boolean {
  const name = host.toLowerCase().replace(/:\d*$/, '');
  return LOOPBACK.has(name) || hosts.has(name);
}

/**
 * Refuses a change that another site's page sends with the cookie of this one (CSRF). A browser says where a request
 * comes from, in Origin and Sec-Fetch-Site; a program sends neither.
 *
 * @param byCookie with a cookie one of the two headers is needed, for it was a browser that sent it
 */
export function checkOrigin(request: Request, byCookie: boolean): void {
  if (SAFE.has(request.method)) return;
  const origin = request.headers.get('origin');
  const site = request.headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none')
    throw new ApiError('FORBIDDEN_ORIGIN', { detail: `Sec-Fetch-Site is "${site.slice(0, 20)}".` });
  if (origin !== null && !isOwn(origin, request))
    throw new ApiError('FORBIDDEN_ORIGIN', { detail: `Origin is "${origin.slice(0, 100)}".` });
  if (byCookie && origin === null && site === null)
    throw new ApiError('FORBIDDEN_ORIGIN', { detail: 'A request with a session needs an Origin header.' });
}

/** Behind a proxy that ends TLS the scheme differs, so the hosts are compared. */
function isOwn(origin: string, request: Request): boolean {
  const host = request.headers.get('host') ?? new URL(request.url).host;
  return URL.canParse(origin) && new URL(origin).host.toLowerCase() === host.toLowerCase();
}
