import type { OperationRequest } from '../api/schemas/operation.ts';

/** Options of `createAdminClient`. */
export interface AdminClientOptions {
  /** Address of the server, such as `'http://127.0.0.1:9080'`. */
  readonly url: string;
  /** Bearer token: one of `winsvc admin token create`, or a JWT. Left out with a client certificate. */
  readonly token?: string;
  /** Default: the global `fetch`. `admin.fetch` fits too: then nothing goes over the network. */
  readonly fetch?: (request: Request) => Promise<Response>;
}

/** Options of an action. */
export interface ActionOptions extends Omit<OperationRequest, 'action'> {
  /** Idempotency key: the same request with the same key acts once. */
  readonly idempotencyKey?: string;
  /**
   * Longest time to wait for the end, such as `'30s'`, at most `'5m'`. Default: the operation is returned while it runs.
   */
  readonly wait?: string | number;
  /** Ends the wait for the answer. */
  readonly signal?: AbortSignal;
}

/** One page of records. */
export interface RecordPage<T> {
  /** Records of the page. */
  readonly records: readonly T[];
  /** Cursor of the next page. */
  readonly next?: string;
}

/** Selection of records. */
export interface RecordQuery {
  /** Start: a time before now (`'1h'`), or a point in time in ISO 8601. */
  readonly since?: string;
  /** This level and worse. */
  readonly level?: string;
  /** Default 200. */
  readonly limit?: number;
  /** `next` of the page before. */
  readonly cursor?: string;
}
