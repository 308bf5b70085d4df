import { describe, expect, it } from 'vitest';
import { loadCommands } from '../../../src/cli/commands/all.ts';
import { nearest } from '../../../src/cli/input/nearest.ts';
import { closureOf } from '../../support/imports.ts';
import { runCli } from './harness.ts';

describe('the command line', () => {
  it('without a verb is wrong usage, and shows the help', async () => {
    const { code, stdout, stderr } = await runCli([]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^Usage: winsvc <verb> \[options\]/);
  });

  it.each([['help'], ['--help'], ['-h']])('shows the help with %s', async (word) => {
    const { code, stdout } = await runCli([word]);
    expect(code).toBe(0);
    for (const verb of ['install', 'ensure', 'doctor', 'watch']) expect(stdout).toContain(`\n  ${verb} `);
  });

  it('shows its version', async () => {
    expect(await runCli(['--version'])).toMatchObject({ code: 0, stdout: '1.2.3\n' });
    expect((await runCli(['--version', '--json'])).json).toEqual({ version: '1.2.3' });
  });

  it('has help with an example for each verb', async () => {
    const verbs = [...(await runCli(['--help'])).stdout.matchAll(/^ {2}([a-z]+) {2,}/gm)].map(([, verb = '']) => verb);
    const commands = await loadCommands(['x'], false);
    expect(verbs).toEqual(commands.map(({ name }) => name));
    const groups = commands.filter(({ subcommands }) => subcommands).map(({ name }) => name);
    for (const verb of verbs) {
      const { code, stdout } = await runCli([verb, '--help']);
      expect(code).toBe(0);
      expect(stdout).toMatch(new RegExp(`^Usage: winsvc ${verb} `));
      if (!groups.includes(verb)) expect(stdout).toMatch(new RegExp(`\\nExamples:\\n {2}winsvc ${verb}`));
      expect((await runCli(['help', verb])).stdout).toBe(stdout);
    }
  });

  it.each([
    [['strat', 'X'], 'Unknown command "strat". Did you mean start?'],
    [['start', 'X', '--timeuot', '3s'], 'Unknown option "--timeuot". Did you mean --timeout?'],
    [['start'], 'Missing required argument "service".'],
    [['stop', 'X', 'Y'], 'Too many arguments for "stop".'],
    [['stop', 'X', '--timeout', 'soon'], '--timeout must be a time such as 500ms, 30s, 2m; got "soon".'],
    [['stop', 'X', '--timeout'], 'Option "--timeout <time>" argument missing.'],
    [['stop', 'X', '--dependents=no'], 'Unknown option "--dependents=no".'],
    [['install', 'a.js', '--name', '--json'], 'Option "--name <name>" argument missing.'],
    [['install', 'a.js', '--name', '--now'], '--name needs a value. To pass "--now", write --name=--now'],
    [['list', '--state', 'actve'], '--state must be one of active, inactive, all; got "actve". Did you mean active?'],
    [['config', 'gte', 'X'], 'Unknown command "gte". Did you mean get?'],
    [['config', 'get', 'X', '--plan'], 'Unknown option "--plan".'],
    [['status', '__proto__', '--toString'], 'Unknown option "--toString".'],
  ])('%j is wrong usage', async (argv, message) => {
    const { code, stdout, stderr } = await runCli(argv);
    expect(code).toBe(2);
    const text = stdout === '' ? stderr : (JSON.parse(stdout) as { error: { message: string } }).error.message;
    expect(text).toContain(message);
  });

  it('tells errors as JSON too', async () => {
    const { code, json, stderr } = await runCli(['strat', '--json']);
    expect(code).toBe(2);
    expect(stderr).toBe('');
    expect(json).toEqual({
      error: { code: 'USAGE', message: 'Unknown command "strat". Did you mean start?' },
      next: 'Usage and examples: winsvc --help',
    });
  });
});

describe('the help', () => {
  it.each([40, 60, 80, 200])('breaks no word and is no wider than a terminal of %d columns', async (columns) => {
    const words = async (argv: string[], width: number): Promise<string[]> =>
      (await runCli(argv, { columns: width })).stdout.split(/\s+/);
    for (const verb of ['install', 'doctor', 'logs', 'stop']) {
      expect((await words([verb, '--help'], columns)).join(' ')).toBe((await words([verb, '--help'], 1_000)).join(' '));
      const { stdout } = await runCli([verb, '--help'], { columns });
      const [prose = ''] = stdout.split('\nExamples:');
      for (const line of prose.split('\n').filter((text) => text.trim().includes(' ')))
        if (columns >= 80) expect(line.length, line).toBeLessThanOrEqual(Math.min(columns, 100));
    }
  });

  it('takes the common options before the verb too', async () => {
    expect((await runCli(['--json', 'status', 'Gone'])).json).toMatchObject({ error: { win32Code: 1060 } });
  });

  it('loads one verb for one verb', async () => {
    const names = async (...argv: string[]): Promise<string[]> =>
      (await loadCommands(argv, false)).map(({ name }) => name);
    expect(await names('status', 'run')).toEqual(['status']);
    expect(await names('--json', 'help', 'start')).toEqual(['start']);
    expect((await names('strat')).length).toBeGreaterThan(10);
  });

  it('loads neither zod nor the manager, the event log or the admin for status', () => {
    // The last two are opened by the verb itself.
    const entries = ['src/cli/index.ts', 'src/cli/program.ts', 'src/cli/commands/status.ts'];
    const opened = ['src/win32/ffi/open-ffi.ts', 'src/win32/scm/win32-scm-client.ts'];
    const loaded = [...entries, ...opened].map((entry) => closureOf(entry));
    const folders = new Set(loaded.flatMap(({ files }) => [...files].map((file) => file.split('/')[1])));
    expect([...folders].sort()).toEqual(['cli', 'errors', 'scm', 'util', 'win32']);
    const packages = loaded.flatMap((closure) => [...closure.packages]);
    expect(packages.filter((name) => !name.startsWith('node:')).sort()).toEqual(['commander']);
  });

  it('is reached without what a verb needs: no verb, no parser, no manager is loaded for --version', () => {
    const { files } = closureOf('src/cli/bin.ts');
    expect(
      [...files].filter((file) => /src\/(?:cli\/(?:commands\/(?!all)|program\.|doctor)|manager|win32)/.test(file)),
    ).toEqual([]);
  });
});

describe('nearest', () => {
  it.each([
    ['instal', 'install'],
    ['pasue', 'pause'],
    ['STATUS', 'status'],
    ['xyzzy', undefined],
    ['', undefined],
  ])('%s → %s', (word, expected) => {
    expect(nearest(word, ['install', 'pause', 'status', 'start', 'stop'])).toBe(expected);
  });
});
