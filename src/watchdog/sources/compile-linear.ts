import { toError } from '../../util/to-error.ts';

/**
 * Compiles a regular expression with RE2, which takes time proportional to the length of the text. The engine of
 * JavaScript takes exponential time for some patterns, such as `(a+)+$`, and log text is written by other programs. RE2
 * is loaded with the first pattern.
 *
 * @throws Error for a pattern that RE2 can't run
 */
export async function compileLinear({ source, flags }: RegExp): Promise<(text: string) => boolean> {
  const { RE2JS } = await import('re2js');
  const options =
    (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) |
    (flags.includes('s') ? RE2JS.DOTALL : 0) |
    (flags.includes('m') ? RE2JS.MULTILINE : 0);
  try {
    const compiled = RE2JS.compile(RE2JS.translateRegExp(source), options);
    return (text) => compiled.matcher(text).find();
  } catch (thrown) {
    const why = toError(thrown).message.replace(/^error parsing regexp: /, '');
    throw new Error(`the pattern /${source}/${flags} can't be run in a bounded time: ${why}`, { cause: thrown });
  }
}
