interface ProblemCode {
  readonly status: number;
  readonly title: string;
  /** Next step for the caller. */
  readonly hint: string;
}

/** Every code of an answer that the API itself refuses, with its status and the next step. docs/admin.md lists them. */
export const PROBLEM_CODES = {
  INVALID_REQUEST: {
    status: 400,
    title: 'The request is not valid',
    hint: 'Mend what "problems" lists; /api/v1/openapi.json describes every request.',
  },
  MALFORMED_BODY: {
    status: 400,
    title: 'The body is not JSON',
    hint: 'Send a JSON object, encoded as UTF-8, with Content-Type: application/json.',
  },
  UNAUTHENTICATED: {
    status: 401,
    title: 'A credential is needed',
    hint: 'Send Authorization: Bearer TOKEN. Make a token with: winsvc admin token create',
  },
  TOKEN_EXPIRED: {
    status: 401,
    title: 'The credential has expired',
    hint: 'Make a new token with: winsvc admin token create',
  },
  FORBIDDEN_ROLE: {
    status: 403,
    title: 'The role of the caller does not allow it',
    hint: 'Use a token with the role that "detail" names: winsvc admin token create --role ROLE',
  },
  FORBIDDEN_SERVICE: {
    status: 403,
    title: 'The caller may not use this service',
    hint: 'Use a token that names the service: winsvc admin token create --service NAME',
  },
  NOT_WRITABLE: {
    status: 403,
    title: 'The service is read-only here',
    hint: 'Name the service in the option "services" of createAdmin, or run: winsvc admin install --service NAME',
  },
  INSTALL_NOT_ALLOWED: {
    status: 403,
    title: 'Installing is switched off',
    hint: 'A caller that sets the program or the account of a service has the rights of that account. To allow that, set "allowInstall: true" in the options of createAdmin.',
  },
  FORBIDDEN_HOST: {
    status: 403,
    title: 'The Host header is not one of this server',
    hint: 'Use http://127.0.0.1 or http://localhost, or name the host in the option "hosts" of createAdmin.',
  },
  FORBIDDEN_ORIGIN: {
    status: 403,
    title: 'The request comes from another site',
    hint: 'Send it from the page of this server, or from a program without an Origin header and with a bearer token.',
  },
  NOT_FOUND: {
    status: 404,
    title: 'There is nothing under this path',
    hint: 'See /api/v1/openapi.json for the paths that exist.',
  },
  OPERATION_NOT_FOUND: {
    status: 404,
    title: 'There is no such operation',
    hint: 'Finished operations are kept for an hour; GET /api/v1/operations lists those that are known.',
  },
  NOT_CONFIGURED: {
    status: 404,
    title: 'This server was not given what the request needs',
    hint: 'Pass the option that "detail" names to createAdmin.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: 'The path does not take this method',
    hint: 'Use one of the methods of the Allow header.',
  },
  OPERATION_RUNNING: {
    status: 409,
    title: 'Another operation of this service is still running',
    hint: 'Wait until the operation under "operation" is done, or give up waiting for it: DELETE /api/v1/operations/ID',
  },
  OWN_SERVICE: {
    status: 409,
    title: 'The service hosts this server',
    hint: 'It cannot answer while it stops. Run this on the machine instead: winsvc restart NAME',
  },
  PRECONDITION_FAILED: {
    status: 412,
    title: 'It was changed meanwhile',
    hint: 'Read it again, apply your change to what is there now, and send the new ETag as If-Match.',
  },
  TOO_LARGE: { status: 413, title: 'The body is too large', hint: 'Send at most 64 KiB.' },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: 'The type of the body is not supported',
    hint: 'Send Content-Type: application/json (application/merge-patch+json for PATCH).',
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    title: 'The Idempotency-Key was used for another request',
    hint: 'Use a new key, such as a UUID, for each new operation.',
  },
  PRECONDITION_REQUIRED: {
    status: 428,
    title: 'If-Match is missing',
    hint: 'GET the configuration first, and send its ETag as If-Match.',
  },
  TOO_MANY_REQUESTS: {
    status: 429,
    title: 'Too many requests',
    hint: 'Wait for the number of seconds in Retry-After.',
  },
  TOO_MANY_FAILED_LOGINS: {
    status: 429,
    title: 'Too many failed logins from this address',
    hint: 'Wait for the number of seconds in Retry-After, and check the token.',
  },
  TOO_MANY_STREAMS: {
    status: 429,
    title: 'Too many open streams',
    hint: 'Close a stream of this token first.',
  },
  TOO_MANY_OPERATIONS: {
    status: 429,
    title: 'Too many operations at once',
    hint: 'Wait until some of them are done: GET /api/v1/operations?state=running',
  },
  INTERNAL: {
    status: 500,
    title: 'The server failed',
    hint: 'Look for the traceId in the log of the service that hosts this server.',
  },
  AUDIT_UNAVAILABLE: {
    status: 503,
    title: 'The audit log cannot be written, so nothing is changed',
    hint: 'Free disk space or repair the rights of the audit folder; the log of the hosting service says why.',
  },
  CREDENTIALS_UNAVAILABLE: {
    status: 503,
    title: 'Credentials cannot be checked at the moment',
    hint: 'Look for the traceId in the log of the service that hosts this server.',
  },
} as const satisfies Record<string, ProblemCode>;

/** Code of an answer that the API itself refuses: a key of {@link PROBLEM_CODES}. */
export type ProblemCodeName = keyof typeof PROBLEM_CODES;
