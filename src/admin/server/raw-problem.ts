import { randomBytes } from 'node:crypto';
import type { AdminProblem } from '../api/schemas/problem.ts';

interface RawProblem {
  readonly status: number;
  readonly reason: string;
  readonly detail: string;
  readonly hint: string;
}

/** Problem of data that isn't an HTTP request. */
export const MALFORMED: RawProblem = {
  status: 400,
  reason: 'Bad Request',
  detail: 'The request is not valid HTTP.',
  hint: 'Send HTTP/1.1 with a valid Host header; to a server without TLS as http:// and to one with TLS as https://.',
};
const BY_CODE: Readonly<Record<string, RawProblem>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    reason: 'Request Header Fields Too Large',
    detail: 'The headers are too large.',
    hint: 'Send at most 16 KiB of headers.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    reason: 'Request Timeout',
    detail: 'The request took too long to arrive.',
    hint: 'Send the headers within 5 s and the whole request within 15 s.',
  },
};

/** Makes the problem document for data that isn't an HTTP request. */
export function problemOf({ status, reason, detail, hint }: RawProblem): AdminProblem {
  return {
    type: 'urn:winsvc:problem:MALFORMED_REQUEST',
    title: reason,
    status,
    detail,
    instance: '/',
    code: 'MALFORMED_REQUEST',
    hint,
    timestamp: new Date().toISOString(),
    traceId: randomBytes(16).toString('hex'),
  };
}

/** Makes the complete answer to data that Node's HTTP parser refused. */
export function rawProblem(code: string | undefined): string {
  const problem = BY_CODE[code ?? ''] ?? MALFORMED;
  const body = JSON.stringify(problemOf(problem));
  return [
    `HTTP/1.1 ${problem.status} ${problem.reason}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
