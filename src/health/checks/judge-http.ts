import { type CheckResult, fail, pass, warn } from '../check.ts';
import type { HttpCheckOptions, JsonExpectation } from './http-options.ts';
import type { HttpAnswer } from './http-request.ts';

/** Turns an answer into the result of the check. Pure. */
export function judgeHttp(
  answer: HttpAnswer,
  latencyMs: number,
  slowMs: number | undefined,
  options: HttpCheckOptions,
): CheckResult {
  const { daysLeft } = answer;
  const data = { status: answer.status, ...(daysLeft !== undefined && { daysLeft }) };
  const wrong =
    wrongStatus(answer.status, options.status) ?? wrongHeaders(answer, options) ?? wrongBody(answer, options);
  if (wrong !== undefined) return fail(wrong, data);
  if (daysLeft !== undefined && daysLeft < (options.tls?.minDaysLeft ?? 14)) {
    return warn(`the certificate ends in ${daysLeft} days`, data);
  }
  if (slowMs !== undefined && latencyMs > slowMs) {
    return warn(`the answer took ${Math.round(latencyMs)} ms, more than ${slowMs} ms`, data);
  }
  return pass(data);
}

function wrongStatus(status: number, expected: HttpCheckOptions['status']): string | undefined {
  const { from, to } = { from: 200, to: 299, ...(isRange(expected) ? expected : {}) };
  if (typeof expected === 'number') return status === expected ? undefined : `status ${status}, not ${expected}`;
  if (Array.isArray(expected)) {
    return expected.includes(status) ? undefined : `status ${status}, not one of ${expected.join(', ')}`;
  }
  return status >= from && status <= to ? undefined : `status ${status}, not ${from} to ${to}`;
}

function isRange(value: HttpCheckOptions['status']): value is { from: number; to: number } {
  return typeof value === 'object' && 'from' in value;
}

function wrongHeaders({ headers }: HttpAnswer, { expectHeaders = {} }: HttpCheckOptions): string | undefined {
  for (const [name, expected] of Object.entries(expectHeaders)) {
    const value = headers[name.toLowerCase()];
    const text = Array.isArray(value) ? value.join(', ') : value;
    if (text === undefined) return `the header ${name} is missing`;
    if (typeof expected === 'string' ? text !== expected : text.search(expected) < 0) {
      return `the header ${name} is ${short(text)}`;
    }
  }
  return undefined;
}

function wrongBody({ body, cut }: HttpAnswer, options: HttpCheckOptions): string | undefined {
  const expected = options.body;
  if (expected === undefined || body === undefined) return undefined;
  if (cut) return `the body is longer than ${options.maxBytes ?? 1_048_576} bytes`;
  if (typeof expected === 'string') return body.includes(expected) ? undefined : `the body has no ${short(expected)}`;
  if (expected instanceof RegExp)
    return body.search(expected) >= 0 ? undefined : `the body does not match ${String(expected)}`;
  return wrongJson(body, expected);
}

function wrongJson(body: string, { json, equals }: JsonExpectation): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return `the body is not JSON: ${short(body)}`;
  }
  for (const key of json.split(/[.[\]]+/).filter(Boolean)) {
    const isHolder = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
    value = isHolder ? (value as Record<string, unknown>)[key] : undefined;
  }
  const fits = equals === undefined ? value !== undefined && value !== null && value !== false : value === equals;
  return fits ? undefined : `${json} is ${value === undefined ? 'missing' : short(JSON.stringify(value))}`;
}

const short = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
