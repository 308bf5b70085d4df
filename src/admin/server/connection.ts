/** Facts about the connection that a request came over. `toNodeHandler` fills it in. */
export interface Connection {
  /** Address of the caller, for limits and the audit log. */
  readonly address?: string | undefined;
  /** SHA-256 fingerprint of the client's certificate. */
  readonly certificate?: string | undefined;
  /** `true` when it is encrypted: the session cookie is then for TLS only. */
  readonly secure?: boolean | undefined;
}
