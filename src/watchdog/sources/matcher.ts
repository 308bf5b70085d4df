import { RE2JS } from 're2js';
import { toError } from '../../util/to-error.ts';

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

type Test = (text: string) => boolean;

/** Whether a text has one of the patterns or codes; `undefined` when there are none. */
export function createMatcher({ patterns = [], codes = [] }: MatchTests): Test | undefined {
  const tests = [...patterns.map(toTest), ...codes.map(ofCode)];
  return tests.length === 0 ? undefined : (text) => tests.some((test) => test(text));
}

/** Reason why a pattern can't be used; `undefined` when it can. */
export function patternProblem(pattern: unknown): string | undefined {
  if (!(pattern instanceof RegExp)) return undefined;
  try {
    toTest(pattern);
    return undefined;
  } catch (thrown) {
    const why = toError(thrown).message.replace(/^error parsing regexp: /, '');
    return `can't be run in a bounded time (${why}): avoid look-around, back-references and repeats over 1000`;
  }
}

/**
 * The backtracking engine of JavaScript takes exponential time for some patterns, such as `(a+)+$`, and log text comes
 * from elsewhere. RE2 never does. Patterns without groups and repeats can't backtrack: these stay with the faster one.
 */
function toTest(pattern: RegExp | string): Test {
  if (typeof pattern === 'string') return asWord(escape(pattern), '');
  const { source, flags } = pattern;
  if (!/[(*+?{]/.test(source)) {
    // A global or sticky pattern would keep its position between two texts.
    const plain = new RegExp(source, flags.replace(/[gy]/g, ''));
    return (text) => plain.test(text);
  }
  if (source.includes('\\k<')) throw new Error('invalid escape sequence: `\\k`');
  if (flags.includes('v')) throw new Error('flag v');
  const options =
    (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) |
    (flags.includes('s') ? RE2JS.DOTALL : 0) |
    (flags.includes('m') ? RE2JS.MULTILINE : 0);
  const compiled = RE2JS.compile(RE2JS.translateRegExp(source), options);
  return (text) => compiled.matcher(text).find();
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
