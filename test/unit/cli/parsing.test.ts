import { describe, expect, it } from 'vitest';
import { nearest } from '../../../src/cli/input/nearest.ts';
import { runCli } from './harness.ts';

describe('the command line', () => {
  it('without a verb is wrong usage, and shows the help', async () => {
    const { code, stdout, stderr } = await runCli([]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^Usage: winsvc <command> \[options\]/);
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
    expect(verbs).toHaveLength(17);
    for (const verb of verbs) {
      const { code, stdout } = await runCli([verb, '--help']);
      expect(code).toBe(0);
      expect(stdout).toMatch(new RegExp(`^Usage: winsvc ${verb} .*\\n[^]*\\nExamples\\n {2}winsvc ${verb}`));
      expect((await runCli(['help', verb])).stdout).toBe(stdout);
    }
  });

  it.each([
    [['strat', 'X'], 'There is no command "strat". Did you mean start?'],
    [['start', 'X', '--timeuot', '3s'], 'start has no option --timeuot. Did you mean --timeout?'],
    [['start'], 'start needs <service>. Name of the service (not its display name).'],
    [['stop', 'X', 'Y'], 'stop does not know what to do with "Y".'],
    [['stop', 'X', '--timeout', 'soon'], '--timeout must be a time such as 500ms, 30s, 2m; got "soon".'],
    [['stop', 'X', '--timeout'], '--timeout needs a value: --timeout TIME'],
    [['stop', 'X', '--dependents=no'], '--dependents takes no value; got "no".'],
    [
      ['install', 'a.js', '--name', '--json'],
      '--name needs a value. If it is meant to be "--json", write --name=--json',
    ],
    [['list', '--state', 'actve'], '--state must be one of active, inactive, all; got "actve". Did you mean active?'],
    [['config', 'gte', 'X'], 'config needs get or set; got "gte". Did you mean get?'],
    [['status', '__proto__', '--toString'], 'status has no option --toString.'],
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
      error: { code: 'USAGE', message: 'There is no command "strat". Did you mean start?' },
      next: 'Usage and examples: winsvc --help',
    });
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
