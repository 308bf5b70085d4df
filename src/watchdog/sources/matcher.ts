import { compileLinear } from './compile-linear.ts';
import { canBacktrack } from './pattern-problem.ts';

/** Texts that a line or an event must contain to count as a match. */
export interface MatchTests {
  /**
   * Regular expressions, or words. Regular expressions run in time proportional to the length of the text, whatever
   * the text: look-around and back-references are refused with INVALID_OPTIONS.
   */
  readonly patterns?: readonly (RegExp | string)[];
  /** Error codes as words of the text: `'ECONNREFUSED'`, `1067`. A number is found in hexadecimal (`0x42B`) too. */
  readonly codes?: readonly (string | number)[];
}

/** Returns whether a text is a match. */
export type Test = (text: string) => boolean;

/**
 * Makes the test for patterns and codes; `undefined` when there are none. Loads RE2 only for patterns that need it.
 *
 * @throws Error for a pattern that RE2 can't run
 */
export async function createMatcher({ patterns = [], codes = [] }: MatchTests): Promise<Test | undefined> {
  const tests = [...(await Promise.all(patterns.map(toTest))), ...codes.map(ofCode)];
  return tests.length === 0 ? undefined : (text) => tests.some((test) => test(text));
}

async function toTest(pattern: RegExp | string): Promise<Test> {
  if (typeof pattern === 'string') return asWord(escape(pattern), '');
  if (canBacktrack(pattern)) return compileLinear(pattern);
  // A global or sticky pattern would keep its position between two texts.
  const plain = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
  return (text) => plain.test(text);
}

function ofCode(code: string | number): Test {
  if (typeof code === 'string') return asWord(escape(code), '');
  // HRESULT and NTSTATUS are written with all of their digits, and often as negative numbers.
  return asWord(`(?:-?${Math.abs(code)}|0x0*${(code >>> 0).toString(16)})`, 'i');
}

function asWord(source: string, flags: string): Test {
  const word = new RegExp(`(?<![\\w])${source}(?![\\w])`, flags);
  return (text) => word.test(text);
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\-]/g, '\\$&');
}
