/** Characters that no quoting makes harmless in both shells, or that hide what is pasted. */
const UNQUOTABLE =
  /["%`\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u201c-\u201f\u2028-\u202e\u2060-\u206f\ufeff]|\$(?!$)/;
/** Needs no quotes in either shell. PowerShell splits `-x.y` at the dot, so an option with one is quoted. */
const BARE = /^(?:-{1,2}[A-Za-z][\w-]*(?:=[\w\\/:+-]*)?|[\w\\/.][\w.:\\/+=-]*\$?)$/;
/** Half a character. */
const LONE = /\p{Surrogate}/u;
/** Operators of cmd.exe. */
const OPERATOR = /[&|<>^]/;

/**
 * Quotes an argument so that cmd.exe and PowerShell both pass it on unchanged, to a program and to a `.cmd` file.
 * Returns `undefined` where no quoting does that: such a command must not be printed.
 *
 * - PowerShell drops the quotes of an argument without spaces when it calls a `.cmd` file, so operators need a space.
 * - A backslash before the closing quote is part of the quoting to a program, but not to PowerShell 7.
 *
 * Source: https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_parsing
 */
export function shellQuote(text: string): string | undefined {
  if (text === '' || UNQUOTABLE.test(text) || LONE.test(text)) return undefined;
  if (BARE.test(text)) return text;
  if (text.endsWith('\\') || (OPERATOR.test(text) && !text.includes(' '))) return undefined;
  return `"${text}"`;
}

/**
 * Returns a command that can be pasted into cmd.exe and PowerShell, or `undefined` where one of its words can't be
 * quoted.
 *
 * @param program the first words, quoted already
 */
export function shellCommand(program: string, ...words: readonly string[]): string | undefined {
  const quoted = words.map(shellQuote);
  return quoted.includes(undefined) ? undefined : [program, ...quoted].join(' ');
}
