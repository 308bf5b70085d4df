import { ApiError } from '../api/api-error.ts';
import type { Connection } from '../server/connection.ts';
import { type CertificateGrant, certificatePrincipal } from './certificates.ts';
import { type JwtCheck, looksLikeJwt } from './jwt.ts';
import type { Principal } from './principal.ts';
import type { Sessions } from './session.ts';
import { isExpired, matchesToken, tokenId, tokenPrincipal, type TokenRecord } from './token.ts';
import type { TokenSource } from './token-store.ts';

/** Ways in. */
export interface Credentials {
  readonly tokens: TokenSource | undefined;
  readonly jwt: JwtCheck | undefined;
  readonly certificates: readonly CertificateGrant[];
  readonly sessions: Sessions | undefined;
}

/** Authenticates the caller by bearer token, session cookie, or client certificate, in this order. @throws ApiError */
export async function authenticate(
  request: Request,
  credentials: Credentials,
  connection: Connection,
  now: number,
): Promise<Principal> {
  const header = request.headers.get('authorization');
  if (header !== null) {
    const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
    if (token === undefined) throw unauthenticated('The Authorization header is not of the form "Bearer TOKEN".');
    if (credentials.jwt && looksLikeJwt(token)) return credentials.jwt(token);
    return tokenPrincipal('token', await checkToken(token, credentials.tokens, now));
  }
  const session = await credentials.sessions?.tokenOf(request, connection.secure ?? false, now);
  if (session !== undefined) {
    const record = await find(credentials.tokens, session);
    if (!record) throw unauthenticated('The token of the session was revoked.');
    if (isExpired(record, now)) throw new ApiError('TOKEN_EXPIRED');
    return tokenPrincipal('session', record);
  }
  const caller = certificatePrincipal(credentials.certificates, connection.certificate);
  if (caller) return caller;
  throw unauthenticated('The request has no credential.');
}

/** Checks a token. @throws ApiError UNAUTHENTICATED, TOKEN_EXPIRED */
export async function checkToken(token: string, tokens: TokenSource | undefined, now: number): Promise<TokenRecord> {
  const id = tokenId(token);
  const record = id === undefined ? undefined : await find(tokens, id);
  if (!matchesToken(token, record)) throw unauthenticated('The token is not known.');
  if (isExpired(record, now)) throw new ApiError('TOKEN_EXPIRED', { headers: CHALLENGE });
  return record;
}

const CHALLENGE = { 'WWW-Authenticate': 'Bearer' };

function unauthenticated(detail: string): ApiError {
  return new ApiError('UNAUTHENTICATED', { detail, headers: CHALLENGE });
}

/** Finds a token. Hides the reason of a failure: the caller isn't known yet. */
async function find(tokens: TokenSource | undefined, id: string): Promise<TokenRecord | undefined> {
  try {
    return await tokens?.find(id);
  } catch (cause) {
    throw new ApiError('CREDENTIALS_UNAVAILABLE', { cause });
  }
}
