import type { Grant, Principal } from './principal.ts';
import { toPrincipal } from './principal.ts';

/** Rights of a client certificate. */
export interface CertificateGrant extends Grant {
  /** SHA-256 fingerprint of the certificate, with or without colons: `openssl x509 -fingerprint -sha256`. */
  readonly fingerprint256: string;
  /** Name for people, in the audit log. */
  readonly name: string;
}

/** Finds the caller by the certificate of the connection. The TLS handshake has proven that the caller holds its key. */
export function certificatePrincipal(
  grants: readonly CertificateGrant[],
  fingerprint256: string | undefined,
): Principal | undefined {
  if (fingerprint256 === undefined) return undefined;
  const wanted = plain(fingerprint256);
  const grant = grants.find((candidate) => plain(candidate.fingerprint256) === wanted);
  return grant && toPrincipal('certificate', wanted.slice(0, 16), grant.name, grant);
}

function plain(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toLowerCase();
}
