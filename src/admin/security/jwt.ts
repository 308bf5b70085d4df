import type { JSONWebKeySet, JWTPayload, JWTVerifyGetKey } from 'jose';
import { optionalPackage } from '../../errors/optional-package.ts';
import { type Duration, toMs } from '../../util/duration.ts';
import { ApiError } from '../api/api-error.ts';
import { type Principal, toPrincipal } from './principal.ts';
import { ADMIN_ROLES, type AdminRole } from './roles.ts';

/** Accepts JSON Web Tokens, such as those of an OpenID Connect provider. Needs the package jose. */
export interface JwtOptions {
  /** `iss` that a token must have. With `keys` left out, the keys are found by OpenID Connect Discovery below it. */
  readonly issuer: string;
  /** `aud` that a token must have: one of these. */
  readonly audience: string | readonly string[];
  /** Keys of the issuer: the URL of a JWKS, or a JWKS. Default: from OpenID Connect Discovery. */
  readonly keys?: string | URL | JSONWebKeySet;
  /**
   * Role by the value of the role claim: `{ 'Service Operators': 'operator' }`. A token without such a value has no
   * access.
   */
  readonly roles: Readonly<Record<string, AdminRole>>;
  /** Claim with the role or roles. A dot selects a member of an object: `'realm_access.roles'`. Default `'roles'`. */
  readonly roleClaim?: string;
  /** Claim with the names of the only services that the token may use. Default: no such claim, all services. */
  readonly servicesClaim?: string;
  /** Lets viewers read logs and events. Default `false`. */
  readonly logs?: boolean;
  /** Signature algorithms. Default: the asymmetric ones; `none` and secrets shared with others are never accepted. */
  readonly algorithms?: readonly string[];
  /** Allowed difference of the clocks. Default `'30s'`. */
  readonly clockTolerance?: Duration;
}

/** Checks JSON Web Tokens. */
export type JwtCheck = (token: string) => Promise<Principal>;

const ASYMMETRIC = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const SECONDS = 1_000;

/** Returns whether a bearer token has the form of a JWT. */
export function looksLikeJwt(text: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text);
}

/**
 * Loads jose, and makes the check.
 *
 * @throws ServiceError PACKAGE_MISSING without jose; an Error when Discovery fails
 */
export async function createJwtCheck(options: JwtOptions): Promise<JwtCheck> {
  const jose = await optionalPackage('jose', 'createAdmin({ jwt })', () => import('jose'));
  const { issuer, audience, roleClaim = 'roles', servicesClaim } = options;
  const keys = await keySet(jose, options);
  const algorithms = (options.algorithms ?? ASYMMETRIC).filter((name) => !/^(?:none|HS)/i.test(name));
  const clockTolerance = toMs(options.clockTolerance ?? '30s') / SECONDS;
  return async (token) => {
    let payload: JWTPayload;
    try {
      ({ payload } = await jose.jwtVerify(token, keys, {
        issuer,
        audience: typeof audience === 'string' ? audience : [...audience],
        algorithms,
        clockTolerance,
        requiredClaims: ['exp', 'sub'],
      }));
    } catch (cause) {
      if (cause instanceof jose.errors.JWTExpired) throw new ApiError('TOKEN_EXPIRED', { cause });
      if (cause instanceof jose.errors.JOSEError && !isOutage(cause)) throw new ApiError('UNAUTHENTICATED', { cause });
      throw new ApiError('CREDENTIALS_UNAVAILABLE', { cause });
    }
    const role = highest(textsAt(payload, roleClaim).map((value) => own(options.roles, value)));
    if (role === undefined)
      throw new ApiError('FORBIDDEN_ROLE', { detail: `No role is mapped to what the claim "${roleClaim}" has.` });
    const subject = payload.sub ?? '';
    return toPrincipal('jwt', subject, nameOf(payload) ?? subject, {
      role,
      logs: options.logs,
      ...(servicesClaim !== undefined && { services: textsAt(payload, servicesClaim) }),
    });
  };
}

type Jose = typeof import('jose');

async function keySet(jose: Jose, { issuer, keys }: JwtOptions): Promise<JWTVerifyGetKey> {
  if (typeof keys === 'object' && !(keys instanceof URL)) return jose.createLocalJWKSet(keys);
  return jose.createRemoteJWKSet(new URL(keys ?? (await discover(issuer))));
}

/** https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig */
async function discover(issuer: string): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000), redirect: 'error' });
  const body = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
  if (body.issuer !== issuer || typeof body.jwks_uri !== 'string')
    throw new Error(`${url} does not describe the issuer ${issuer}. Check jwt.issuer, or give jwt.keys.`);
  return body.jwks_uri;
}

/** The keys couldn't be fetched: the token isn't wrong. */
function isOutage(error: Error): boolean {
  return 'code' in error && (error.code === 'ERR_JWKS_TIMEOUT' || error.code === 'ERR_JOSE_GENERIC');
}

function highest(roles: readonly (AdminRole | undefined)[]): AdminRole | undefined {
  return ADMIN_ROLES.findLast((role) => roles.includes(role));
}

/** Only own keys of the table: a claim may be `constructor`. */
function own(roles: JwtOptions['roles'], value: string): AdminRole | undefined {
  return Object.hasOwn(roles, value) ? roles[value] : undefined;
}

function textsAt(payload: JWTPayload, path: string): string[] {
  const value = path
    .split('.')
    .reduce<unknown>(
      (object, key) => (isRecord(object) && Object.hasOwn(object, key) ? object[key] : undefined),
      payload,
    );
  const list: readonly unknown[] = Array.isArray(value) ? (value as unknown[]) : [value];
  return list.filter((item) => typeof item === 'string');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function nameOf(payload: JWTPayload): string | undefined {
  const name = payload['preferred_username'] ?? payload['name'];
  return typeof name === 'string' ? name : undefined;
}
