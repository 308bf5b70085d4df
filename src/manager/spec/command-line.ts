/**
 * Quotes one argument so that CommandLineToArgvW and the C runtime return it unchanged.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/shellapi/nf-shellapi-commandlinetoargvw
 */
export function quoteArgument(argument: string): string {
  if (argument !== '' && !/[\s"]/.test(argument)) return argument;
  // Backslashes are literal unless they stand before a quote: those are doubled.
  const escaped = argument.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1');
  return `"${escaped}"`;
}

/**
 * Builds a command line. The program is always quoted: with an unquoted path with a space, any user who can write
 * `C:\Program.exe` could run code as the service.
 */
export function buildCommandLine(file: string, args: readonly string[]): string {
  return [`"${file}"`, ...args.map(quoteArgument)].join(' ');
}

/** Splits a command line into program and arguments, by the rules of CommandLineToArgvW. */
export function parseCommandLine(line: string): { readonly file: string; readonly args: readonly string[] } {
  const { file, rest } = splitProgram(line);
  const args: string[] = [];
  let at = 0;
  while (at < rest.length) {
    while (isSpace(rest[at])) at += 1;
    if (at >= rest.length) break;
    const { argument, end } = readArgument(rest, at);
    args.push(argument);
    at = end;
  }
  return { file, args };
}

/** Returns whether the SCM could run a different program: the path has a space and no quotes. */
export function isUnquotedPath(line: string): boolean {
  if (line.startsWith('"')) return false;
  const program = /^(.*?\.(?:exe|com|bat|cmd|sys))(?=\s|$)/i.exec(line)?.[1];
  return (program ?? '').includes(' ');
}

/** In the program's name quotes only begin and end it; backslashes are literal. */
function splitProgram(line: string): { file: string; rest: string } {
  if (line.startsWith('"')) {
    const end = line.indexOf('"', 1);
    return end < 0 ? { file: line.slice(1), rest: '' } : { file: line.slice(1, end), rest: line.slice(end + 1) };
  }
  const end = line.search(/[ \t]/);
  return end < 0 ? { file: line, rest: '' } : { file: line.slice(0, end), rest: line.slice(end) };
}

function readArgument(text: string, from: number): { argument: string; end: number } {
  let argument = '';
  let quoted = false;
  let at = from;
  while (at < text.length && (quoted || !isSpace(text[at]))) {
    let slashes = 0;
    while (text[at] === '\\') {
      slashes += 1;
      at += 1;
    }
    if (text[at] !== '"') {
      argument += '\\'.repeat(slashes);
      if (at < text.length && (quoted || !isSpace(text[at]))) argument += text[at++] ?? '';
      continue;
    }
    argument += '\\'.repeat(Math.floor(slashes / 2));
    let quotes: number = quoted ? 1 : 0;
    if (slashes % 2 === 1) argument += '"';
    else quotes += 1;
    at += 1;
    // The third quote in a row stands for a quote, and ends the quoted part.
    while (text[at] === '"') {
      quotes += 1;
      at += 1;
      if (quotes === 3) {
        argument += '"';
        quotes = 0;
      }
    }
    quoted = quotes === 1;
  }
  return { argument, end: at };
}

function isSpace(char: string | undefined): boolean {
  return char === ' ' || char === '\t';
}
