import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Grant, Principal } from './principal.ts';
import { toPrincipal } from './principal.ts';

/** Token as it is stored: without its secret. */
export interface TokenRecord extends Grant {
  /** Public part of the token. Names it in lists, in `revoke` and in the audit log. */
  readonly id: string;
  /** Name for people, such as `'deploy script'`. */
  readonly name: string;
  /** SHA-256 of the whole token, in hexadecimal. */
  readonly hash: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** ISO 8601. `undefined`: never. */
  readonly expiresAt?: string | undefined;
}

/** Token that was just made: the only time that its secret is known. */
export interface NewToken {
  readonly id: string;
  /** The token itself: `winsvc_<id>_<secret>`. */
  readonly token: string;
  readonly hash: string;
}

const ID_BYTES = 6;
const SECRET_BYTES = 32;
const PATTERN = /^winsvc_([\da-f]{12})_[\w-]{43}$/;

/** Makes a token with 256 random bits. */
export function createToken(): NewToken {
  const id = randomBytes(ID_BYTES).toString('hex');
  const token = `winsvc_${id}_${randomBytes(SECRET_BYTES).toString('base64url')}`;
  return { id, token, hash: hashOf(token) };
}

/** Returns the id of a token, or `undefined` when the text isn't in the form of a token. */
export function tokenId(text: string): string | undefined {
  return PATTERN.exec(text)?.[1];
}

/** Compares a token with a record, in a time that doesn't depend on where they differ. */
export function matchesToken(text: string, record: TokenRecord | undefined): record is TokenRecord {
  // A missing record is compared too, so that the time of the answer doesn't reveal which ids exist.
  const expected = Buffer.from(record?.hash ?? hashOf(''), 'hex');
  const given = Buffer.from(hashOf(text), 'hex');
  return expected.length === given.length && timingSafeEqual(expected, given) && record !== undefined;
}

/** Returns whether a token has expired. A date that can't be read counts as expired. */
export function isExpired({ expiresAt }: TokenRecord, now: number): boolean {
  return expiresAt !== undefined && !(Date.parse(expiresAt) > now);
}

/** Makes the caller of a token's record. */
export function tokenPrincipal(by: 'token' | 'session', record: TokenRecord): Principal {
  return toPrincipal(by, record.id, record.name, record);
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
