import type * as z from 'zod';
import { ApiError } from './api-error.ts';
import type { Route } from './route.ts';

const MAX_BODY_BYTES = 65_536;

interface Problem {
  readonly path: string;
  readonly message: string;
}

/** The parts of a request, as the schemas of its route make them. */
export interface RequestParts {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

/** Checks the parts of a request and reports every problem together. @throws ApiError */
export async function readRequest(
  route: Route,
  request: Request,
  params: Readonly<Record<string, string>>,
): Promise<RequestParts> {
  const problems: Problem[] = [];
  const search = new URL(request.url).searchParams;
  const check = (place: string, schema: z.ZodType | undefined, value: unknown): unknown => {
    const result = schema?.safeParse(value);
    if (!result?.error) return result?.data;
    for (const issue of result.error.issues) problems.push(...problemsOf(place, issue));
    return undefined;
  };
  for (const name of new Set(search.keys())) {
    if (search.getAll(name).length > 1) problems.push({ path: `query.${name}`, message: 'is given more than once' });
  }
  const parts = {
    params: check('path', route.params, params),
    query: check('query', route.query, Object.fromEntries(search)),
    body: route.body && check('body', route.body, await readBody(route, request)),
  };
  if (!route.query && search.size > 0)
    for (const name of new Set(search.keys())) problems.push({ path: `query.${name}`, message: 'is not a parameter' });
  if (problems.length === 0) return parts;
  const detail = problems.map(({ path, message }) => `${path} ${message}`).join('; ');
  throw new ApiError('INVALID_REQUEST', { detail, problems });
}

async function readBody(route: Route, request: Request): Promise<unknown> {
  const text = await readText(request);
  if (text === '' && route.bodyOptional) return {};
  const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  const allowed = new Set(['application/json', route.bodyType ?? 'application/json']);
  if (type === undefined || !allowed.has(type))
    throw new ApiError('UNSUPPORTED_MEDIA_TYPE', { detail: `Content-Type is ${type ?? 'missing'}.` });
  try {
    return JSON.parse(text, refusePrototype) as unknown;
  } catch (cause) {
    throw new ApiError('MALFORMED_BODY', { cause });
  }
}

/** Reads a body of at most 64 KiB. @throws ApiError TOO_LARGE, MALFORMED_BODY */
async function readText(request: Request): Promise<string> {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw new ApiError('TOO_LARGE');
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    size += piece.length;
    if (size > MAX_BODY_BYTES) throw new ApiError('TOO_LARGE');
    pieces.push(piece);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces));
  } catch (cause) {
    throw new ApiError('MALFORMED_BODY', { cause });
  }
}

/** A key `__proto__` is never a setting. */
function refusePrototype(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new SyntaxError('__proto__ is not a key');
  return value;
}

function problemsOf(place: string, issue: z.core.$ZodIssue): Problem[] {
  const path = [place, ...issue.path.map(String)].join('.');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: `${path}.${key}`, message: 'is not known' }));
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined'))
    return [{ path, message: 'is missing' }];
  return [{ path, message: issue.message.replace(/^Invalid input: /, 'is wrong: ') }];
}
