import { describe } from '../../util/describe.ts';
import { toPlain } from '../../util/to-plain.ts';
import { type CheckResult, fail } from '../check.ts';

const VERDICTS: readonly unknown[] = ['pass', 'warn', 'fail'] satisfies CheckResult['verdict'][];

/**
 * Checks what a check returned: reports and answers of endpoints hold only texts, numbers and booleans, whatever the app
 * hands over. A value that isn't a result is a failure.
 */
export function toResult(value: unknown): CheckResult {
  if (typeof value !== 'object' || value === null) return noResult(value);
  const { verdict, certain, message, data } = value as { readonly [K in keyof CheckResult]?: unknown };
  if (!VERDICTS.includes(verdict)) return noResult(value);
  return {
    verdict: verdict as CheckResult['verdict'],
    ...(certain === true && { certain }),
    ...(message !== undefined && { message: toText(message) }),
    ...(typeof data === 'object' && data !== null && { data: toData(data) }),
  };
}

function noResult(value: unknown): CheckResult {
  return fail(`the check returned ${describe(value)}, which is no result`);
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : describe(value);
}

function toData(data: object): NonNullable<CheckResult['data']> {
  const plain = toPlain(data);
  if (typeof plain !== 'object' || plain === null) return { value: toText(plain) };
  const entries = Object.entries(plain).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name, isMeasured(value) ? value : toText(value)]));
}

function isMeasured(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
