// Every command of winsvc in the docs is one that the command line knows, with its options.
import { describe, expect, it } from 'vitest';
import { loadCommands } from '../../src/cli/commands/all.ts';
import type { Cli } from '../../src/cli/command.ts';
import { parseArguments } from '../../src/cli/program.ts';
import { commandsOf, type DocsCommand, docsPages } from '../support/docs-commands.ts';

const quiet = { write: () => true, isTTY: false, columns: 80 };
const cli = { program: 'winsvc', stdout: quiet, stderr: quiet, out: { style: (_: string, text: string) => text } };

/** Returns what is wrong with a command, or nothing. */
async function problemOf({ file, line, argv, inline }: DocsCommand): Promise<string | undefined> {
  try {
    parseArguments(cli as unknown as Cli, await loadCommands(argv, false), argv);
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    // A sentence may leave out what its command works on, and name an option without a value.
    if (inline && /^(?:Missing required argument|A verb is missing)|argument missing|needs a value/i.test(message))
      return undefined;
    return `${file}:${line} winsvc ${argv.join(' ')}: ${message}`;
  }
}

describe('commands in the docs', () => {
  const commands = docsPages()
    .filter((file) => file !== 'CHANGELOG.md')
    .flatMap(commandsOf);

  it('are known to the command line', async () => {
    expect(commands.length).toBeGreaterThan(150);
    const problems = await Promise.all(commands.map(problemOf));
    expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
  });

  it.each([
    ['instal main.js', /unknown command/i],
    ['install main.js --nwo', /unknown option/i],
    ['status', /missing required argument/i],
    ['admin tokens', /unknown command|too many/i],
  ])('"%s" is noticed', async (words, message) => {
    expect(await problemOf({ file: 'x.md', line: 1, argv: words.split(' '), inline: false })).toMatch(message);
  });
});
