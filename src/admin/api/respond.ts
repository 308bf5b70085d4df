import { createHash } from 'node:crypto';
import { ApiError } from './api-error.ts';
import type { AdminProblem } from './schemas/problem.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

/** Answers with JSON. */
export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: { 'Content-Type': JSON_TYPE, ...headers },
  });
}

/** Answers with a problem document. */
export function problemResponse(problem: AdminProblem, headers: Readonly<Record<string, string>> = {}): Response {
  return json(problem, problem.status, { 'Content-Type': 'application/problem+json; charset=utf-8', ...headers });
}

/** Makes the ETag of a value. Strong: the same value has the same one, in every process. */
export function etagOf(value: unknown): string {
  return tagOfText(JSON.stringify(value));
}

/** Answers with JSON and its ETag; 304 when the caller has it already (If-None-Match). */
export function jsonWithTag(request: Request, value: unknown, givenTag?: string): Response {
  // Written once: a list can be long.
  const text = JSON.stringify(value);
  const tag = givenTag ?? tagOfText(text);
  const known = request.headers.get('if-none-match');
  if (known !== null && tags(known).includes(tag)) return new Response(null, { status: 304, headers: { ETag: tag } });
  return new Response(text, { headers: { 'Content-Type': JSON_TYPE, ETag: tag } });
}

function tagOfText(text: string): string {
  return `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
}

/** Checks If-Match before a change. @throws ApiError PRECONDITION_REQUIRED, PRECONDITION_FAILED */
export function checkTag(request: Request, tag: string): void {
  const wanted = request.headers.get('if-match');
  if (wanted === null) throw new ApiError('PRECONDITION_REQUIRED');
  if (wanted.trim() === '*' || wanted.split(',').some((its) => its.trim() === tag)) return;
  throw new ApiError('PRECONDITION_FAILED', {
    detail: 'The configuration is another one than the one of If-Match.',
    headers: { ETag: tag },
  });
}

/** If-None-Match compares weakly. */
function tags(header: string): string[] {
  return header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
}
