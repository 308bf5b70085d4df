import { randomBytes } from 'node:crypto';
import { parseSigned, serialize, serializeSigned } from 'hono/utils/cookie';

/** Content of the cookie of a session. It is signed, not encrypted: it holds no secret. */
interface SessionClaims {
  /** Id of the token. The token is looked up at each request, so that revoking it ends its sessions. */
  readonly token: string;
  /** End, in milliseconds since the epoch. */
  readonly until: number;
  readonly nonce: string;
}

const COOKIE = 'winsvc_admin';

/**
 * Sessions of the page: a signed cookie that no script can read and that no other site can send. The key lives as long
 * as the process, so a restart ends every session.
 */
export class Sessions {
  readonly #secret = randomBytes(32).toString('base64url');
  readonly #lifetimeMs: number;
  /** Nonces of ended sessions, with their expiry. */
  readonly #ended = new Map<string, number>();

  constructor(lifetimeMs: number) {
    this.#lifetimeMs = lifetimeMs;
  }

  /** Begins a session. */
  async begin(
    token: string,
    secure: boolean,
    now: number,
  ): Promise<{ readonly cookie: string; readonly until: number }> {
    const until = now + this.#lifetimeMs;
    const claims: SessionClaims = { token, until, nonce: randomBytes(16).toString('base64url') };
    const cookie = await serializeSigned(nameOf(secure), encode(claims), this.#secret, {
      ...attributes(secure),
      maxAge: Math.floor(this.#lifetimeMs / 1_000),
    });
    return { cookie, until };
  }

  /** Returns the id of the token that the session of a request is for. */
  async tokenOf(request: Request, secure: boolean, now: number): Promise<string | undefined> {
    const claims = await this.#claims(request, secure);
    if (!claims || claims.until <= now || this.#ended.has(claims.nonce)) return undefined;
    return claims.token;
  }

  /**
   * Ends the session of a request: its cookie becomes invalid, also a copy of it. Returns the cookie that removes it.
   */
  async end(request: Request, secure: boolean, now: number): Promise<string> {
    const claims = await this.#claims(request, secure);
    for (const [nonce, until] of this.#ended) if (until <= now) this.#ended.delete(nonce);
    if (claims) this.#ended.set(claims.nonce, claims.until);
    return serialize(nameOf(secure), '', { ...attributes(secure), maxAge: 0 });
  }

  async #claims(request: Request, secure: boolean): Promise<SessionClaims | undefined> {
    const name = nameOf(secure);
    const value = (await parseSigned(request.headers.get('cookie') ?? '', this.#secret, name))[name];
    return typeof value === 'string' ? decode(value) : undefined;
  }
}

function attributes(secure: boolean) {
  return { path: '/', httpOnly: true, secure, sameSite: 'Strict' } as const;
}

/** With the prefix, browsers refuse such a cookie from a subdomain, or without TLS. */
function nameOf(secure: boolean): string {
  return secure ? `__Host-${COOKIE}` : COOKIE;
}

function encode(claims: SessionClaims): string {
  return Buffer.from(JSON.stringify(claims)).toString('base64url');
}

function decode(text: string): SessionClaims | undefined {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString()) as SessionClaims;
  } catch {
    return undefined;
  }
}
