import { beforeEach, describe, expect, it } from 'vitest';
import { createMockScm, type MockScm } from '../../../src/testing/index.ts';
import { escapeHazards } from '../../../src/cli/output/json.ts';
import { printable } from '../../../src/cli/output/printable.ts';
import { renderTable } from '../../../src/cli/output/table.ts';
import { runCli } from './harness.ts';
import { TERMINAL_HAZARD } from '../../support/hostile.ts';

let scm: MockScm;
beforeEach(async () => {
  scm = createMockScm();
  const manager = scm.manager();
  await manager.install({ name: 'Beta', imagePath: '"C:\\b.exe"', account: 'localService', startType: 'demand' });
  await manager.install({ name: 'Überwachung東京', displayName: '監視', imagePath: '"C:\\a.exe" -x' });
  await manager.install({ name: 'Evil', displayName: 'red\u202eevil', imagePath: '"C:\\e.exe"' });
});

describe('list', () => {
  it('is a table on a terminal', async () => {
    const { code, stdout } = await runCli(['list'], { scm, terminal: true, env: { NO_COLOR: '1' } });
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        'NAME             STATE    PID  DISPLAY NAME',
        'Beta             stopped       Beta',
        'Evil             stopped       red evil',
        'Überwachung東京  stopped       監視',
        '',
      ].join('\n'),
    );
  });

  it('is lines with tabs when piped', async () => {
    const { stdout } = await runCli(['list', 'beta', '--long'], { scm });
    expect(stdout).toBe('Beta\tstopped\t\tdemand\tNT AUTHORITY\\LocalService\tBeta\t"C:\\b.exe"\n');
  });

  it('takes a regular expression', async () => {
    expect((await runCli(['list', '/^(be|ü)/'], { scm })).stdout.match(/^\S+/gm)).toEqual(['Beta', 'Überwachung東京']);
  });

  it('is JSON', async () => {
    const { json } = await runCli(['list', 'Beta', '--json'], { scm });
    expect(json).toEqual({ services: [expect.objectContaining({ name: 'Beta', state: 'stopped', pid: 0 })] });
  });
});

describe('colours', () => {
  const coloured = async (terminal: boolean, env: Record<string, string>): Promise<boolean> =>
    (await runCli(['status', 'Beta'], { scm, terminal, env })).stdout.includes('\u001b[');

  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { TERM: 'dumb' }, false],
    [false, { FORCE_COLOR: '1' }, true],
    [true, { FORCE_COLOR: '0' }, false],
    [true, { NO_COLOR: '', FORCE_COLOR: '1' }, true],
  ])('terminal %s with %j: %s', async (terminal, env, expected) => {
    expect(await coloured(terminal, env)).toBe(expected);
  });
});

describe('status', () => {
  it('is plain when piped', async () => {
    const { stdout } = await runCli(['status', 'Beta'], { scm });
    expect(stdout).toBe(
      [
        'Service: Beta',
        'State: stopped',
        'Ended with: exit code 1077 ERROR_SERVICE_NEVER_STARTED: the service was never started since the last boot',
        'Start: demand',
        'Account: NT AUTHORITY\\LocalService',
        '',
      ].join('\n'),
    );
  });

  it('has exit code 3 when another state is expected', async () => {
    expect(await runCli(['status', 'Beta', '--expect', 'running'], { scm })).toMatchObject({ code: 3 });
    expect(await runCli(['status', 'Beta', '--expect', 'stopped'], { scm })).toMatchObject({ code: 0 });
  });
});

describe('tables', () => {
  it('count columns, not characters', () => {
    const rows = [
      ['東京', 'x'],
      ['e\u0301', 'x'],
      ['👩‍👩‍👧', 'x'],
      ['\u001b[31mred\u001b[39m', 'x'],
    ];
    expect(renderTable(rows, 80)).toBe('東京  x\ne\u0301     x\n👩‍👩‍👧    x\n\u001b[31mred\u001b[39m   x\n');
  });

  it('cut what does not fit', () => {
    expect(renderTable([['a', 'a long text that does not fit']], 14)).toBe('a  a long tex…\n');
  });

  it('never hand control characters to the terminal', () => {
    expect(printable('a\u001b[2Jb\r\nc\u202ed')).toBe('a [2Jb  c d');
  });
});

describe('text', () => {
  it.each([
    ['status', 'Odd\u202e'],
    ['list'],
    ['config', 'get', 'Odd\u202e'],
    ['doctor', 'Odd\u202e'],
    ['start', 'Odd\u202e', '--reason', 'x'],
    ['status', 'none\u001b[2J\u202e\u009b'],
    ['stop', 'none\u001b[2J\u202e\u009b'],
    ['uninstall', 'none\u001b[2J\u202e\u009b'],
    ['no\u001b[2Jverb\u202e'],
    ['status', 'x', '--no\u001b[2J\u202e'],
    ['install', 'none\u001b[2J\u202e.js'],
  ])('has no character that a terminal obeys: %j', async (...argv) => {
    const scm = createMockScm();
    const description = 'a\u0080\u009b31m\u007f\u200e\u061c\u2028\u2066z\u001b[2J';
    await scm.manager().install({ name: 'Odd\u202e', imagePath: `C:\\${description}.exe`, description });
    const { stdout, stderr } = await runCli(argv, { scm });
    expect(stdout + stderr).not.toBe('');
    expect(stdout + stderr).not.toMatch(TERMINAL_HAZARD);
  });
});

describe('--json', () => {
  const HOSTILE = 'a\u0080\u009b31m\u007f\u200e\u200f\u061c\u2028\u202a\u202e\u2066\u2069z';

  it('escapes what a terminal obeys and means the same: C1 controls, directions of text', async () => {
    const scm = createMockScm();
    // The SCM takes no control characters in a display name; other settings and programs have them.
    const displayName = HOSTILE.replaceAll(/\p{Cc}/gu, '');
    await scm.manager().install({ name: 'Odd', displayName, imagePath: `C:\\${HOSTILE}.exe`, description: HOSTILE });
    for (const argv of [
      ['status', 'Odd'],
      ['list'],
      ['config', 'get', 'Odd'],
      ['doctor', 'Odd'],
      ['status', HOSTILE],
    ]) {
      const { stdout, json } = await runCli([...argv, '--json'], { scm });
      expect(stdout).not.toMatch(/[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/);
      if (argv[0] === 'config') expect(json).toMatchObject({ description: HOSTILE, displayName });
    }
  });

  it('is escaped in records of a log as the service wrote them', () => {
    const line = JSON.stringify({ message: HOSTILE });
    expect(escapeHazards(line)).not.toMatch(/[\u007f-\u009f\u202e]/);
    expect(JSON.parse(escapeHazards(line))).toEqual({ message: HOSTILE });
  });
});
