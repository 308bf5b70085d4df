// Commands of Windows and PowerShell in the docs: each is one whose parameters are known, and has only those. None of them
// runs here; what only Windows shows is in docs/testing.md.
import { describe, expect, it } from 'vitest';
import { docsPages, readPage } from '../support/docs-commands.ts';
import { TOOLS } from './windows-tools.ts';

const BLOCK = /^```(?:sh|bat|powershell|console)?\n([^]*?)^```$/gm;
const INLINE = /`([^`\n]+)`/g;
/** A cmdlet, or a program of Windows. */
const NAME =
  /^(?:[A-Z][A-Za-z]+-[A-Z]\w+|icacls|robocopy|signtool|winget|taskkill|sc|netsh|reg|wevtutil|schtasks|takeown)$/;
/** Headers of HTTP look like cmdlets. */
const NO_CMDLET = /^(?:Content-Type|X-.*|Last-Event-.*|Retry-After|WWW-Authenticate)$/;
const QUOTED = /"[^"]*"|'[^']*'/g;
/** Stands for a block in braces. */
const BLOCK_MARK = '<block>';

/** Splits a line at pipes and semicolons outside of quotes; a block in braces is apart, with commands of its own. */
function commandsIn(line: string): string[] {
  const blocks: string[] = [];
  let rest = line;
  for (let inner; (inner = /@?\{([^{}]*)\}/.exec(rest)); rest = rest.replace(inner[0], BLOCK_MARK))
    blocks.push(inner[1] ?? '');
  return [rest, ...blocks].flatMap((text) => {
    const whole = text.replaceAll(QUOTED, (quoted) => quoted.replaceAll('|', '\u0001').replaceAll(';', '\u0002'));
    return whole.split(/[|;]/).map((part) => part.replaceAll('\u0001', '|').replaceAll('\u0002', ';').trim());
  });
}

/** Splits a command into words; quotes go, a list keeps its commas. */
function wordsOf(command: string): string[] {
  const joined = command.replaceAll(/, /g, ',\u0003');
  return [...joined.matchAll(/(?:\([^()]*\)|"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) =>
    word.replaceAll('\u0003', ' ').replaceAll(/^["']|["']$/g, ''),
  );
}

/** Returns what is wrong with a command, or nothing. */
function problemOf(command: string): string | undefined {
  const [name = '', ...words] = wordsOf(command.replace(/^\S*> ?/, ''));
  if (!NAME.test(name) || NO_CMDLET.test(name)) return undefined;
  const tool = TOOLS[name];
  if (!tool) return `${name} is not in windows-tools.ts: ${command}`;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    const [, parameter] = /^[-/]([A-Za-z][\w:]*)$/.exec(word) ?? [];
    if (parameter === undefined) {
      if (!tool.words?.test(word)) return `${name}: "${word}": ${command}`;
      continue;
    }
    if (!Object.hasOwn(tool.parameters, parameter)) return `${name} has no ${word}: ${command}`;
    const value = tool.parameters[parameter];
    if (value && !value.test(words[++i] ?? '')) return `${name} ${word}: "${words[i] ?? ''}": ${command}`;
  }
  return undefined;
}

function commandsOfPage(file: string): string[] {
  const text = readPage(file);
  const lines = [...text.matchAll(BLOCK)].flatMap(([, code = '']) => code.split('\n'));
  // In prose a name alone is no command.
  const inline = [...text.replaceAll(BLOCK, '').matchAll(INLINE)]
    .map(([, code = '']) => code)
    .filter((code) => code.includes(' '));
  return [...lines, ...inline].flatMap(commandsIn);
}

describe('commands of Windows in the docs', () => {
  const commands = docsPages()
    .filter((file) => file !== 'CHANGELOG.md')
    .flatMap((file) => commandsOfPage(file).map((command) => ({ file, command })));

  it('have parameters that exist, with values of their form', () => {
    expect(commands.filter(({ command }) => NAME.test(command.split(' ')[0] ?? '')).length).toBeGreaterThan(20);
    expect(
      commands.flatMap(({ file, command }) => {
        const problem = problemOf(command);
        return problem === undefined ? [] : [`${file}: ${problem}`];
      }),
    ).toEqual([]);
  });

  it.each([
    "New-NetFirewallRule -DisplayName 'Orders API' -Direction In -Action Allow",
    'New-NetFirewallRule -Name Orders -LocalPorts 3000',
    'icacls D:\\Orders /grant "NT SERVICE\\Orders:(OI)(CI)Modify"',
    'icacls D:\\Orders /give SYSTEM:F',
    'robocopy C:\\a C:\\b /MIRROR',
    'Get-NetFirewallRules',
    'Add-MpPreference -ExcludePath C:\\Orders',
  ])('%s: is noticed', (command) => {
    expect(problemOf(command)).toBeTypeOf('string');
  });
});
