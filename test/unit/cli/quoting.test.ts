import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandFor } from '../../../src/cli/output/next-step.ts';
import { shellCommand, shellQuote } from '../../../src/cli/output/shell-quote.ts';
import { ownName, winsvcName } from '../../../src/cli/program-name.ts';
import { parseCommandLine } from '../../../src/manager/index.ts';
import { numRuns } from '../../support/num-runs.ts';

describe('shellQuote', () => {
  it.each([
    ['Orders', 'Orders'],
    ['C:\\Orders\\service.js', 'C:\\Orders\\service.js'],
    ['C:\\Program Files\\Orders\\service.js', '"C:\\Program Files\\Orders\\service.js"'],
    ['C:\\Orders\\', 'C:\\Orders\\'],
    ['NT SERVICE\\Orders', '"NT SERVICE\\Orders"'],
    ['DOM\\gmsa$', 'DOM\\gmsa$'],
    ['a & b', '"a & b"'],
    ["it's", '"it\'s"'],
    ['東京', '"東京"'],
    ['--arg=--port', '--arg=--port'],
    ['-x.y', '"-x.y"'],
    ['user@example.com', '"user@example.com"'],
    ['(x86)', '"(x86)"'],
    // PowerShell makes a list of it.
    ['restart:1s,none', '"restart:1s,none"'],
  ])('%s → %s', (text, quoted) => {
    expect(shellQuote(text)).toBe(quoted);
  });

  it.each([
    ['a quote that ends the quotes', 'a"&calc&"b'],
    ['a subexpression', 'a$(calc)'],
    ['a variable of PowerShell', '$env:PATH'],
    ['a backtick', 'a`nb'],
    ['a variable of cmd.exe', '%PATH%'],
    ['a backslash before the closing quote', 'C:\\a b\\'],
    ['an operator without a space', 'a&calc'],
    ['a pipe without a space', 'a|calc'],
    ['a redirection without a space', 'a>b'],
    ['a typographic quote', 'a\u201d; calc; \u201cb'],
    ['a line end', 'a\ncalc'],
    ['a control character', 'a\u001b[2J'],
    ['a change of direction', 'a\u202eb'],
    ['half a character', 'a\ud800'],
    ['nothing', ''],
  ])('has no quoting for %s', (_what, text) => {
    expect(shellQuote(text)).toBeUndefined();
    expect(shellCommand('winsvc', 'start', text)).toBeUndefined();
  });

  it('comes back from the rules of Windows as it was, and holds nothing that a shell obeys', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const quoted = shellQuote(text);
        fc.pre(quoted !== undefined);
        expect(parseCommandLine(`x ${quoted}`).args).toEqual([text]);
        const bare = quoted.startsWith('"') ? '' : quoted;
        expect(bare).not.toMatch(/[\s&|<>^()'`;,{}@#]/);
      }),
      { numRuns: 5 * numRuns },
    );
  });
});

describe('a next step', () => {
  const cli = { program: 'npx winsvc' };
  it('is a command that can be pasted, or none', () => {
    expect(commandFor(cli, 'config set', 'My Service', '--start', 'auto')).toBe(
      'npx winsvc config set "My Service" --start auto',
    );
    expect(commandFor(cli, 'start', '-odd')).toBeUndefined();
    expect(commandFor(cli, 'start', 'a"b')).toBeUndefined();
  });
});

describe('the name of the tool', () => {
  const called = { env: {}, script: '/app/node_modules/winsvc/dist/cli/bin.js', cwd: '/app/src', execArgv: [] };
  const none = (): boolean => false;

  it.each([
    [{ npm_command: 'exec', npm_config_user_agent: 'npm/11.0.0 node/v22' }, 'npx winsvc'],
    [{ npm_command: 'run-script', npm_config_user_agent: 'pnpm/10.1.0' }, 'pnpm exec winsvc'],
    [{ npm_lifecycle_event: 'deploy', npm_config_user_agent: 'yarn/4.0.0' }, 'yarn winsvc'],
  ])('is that of the package manager: %j → %s', (env, expected) => {
    expect(winsvcName({ ...called, env, exists: none })).toBe(expected);
  });

  it('is the bare name where it is on the path, npx inside a project, and a path elsewhere', () => {
    const onPath = {
      ...called,
      env: { Path: '/usr/bin:/opt/bin' },
      exists: (path: string) => path === '/opt/bin/winsvc',
    };
    expect(winsvcName(onPath)).toBe('winsvc');
    expect(winsvcName({ ...called, exists: none })).toBe('npx winsvc');
    expect(winsvcName({ ...called, cwd: '/elsewhere', exists: none })).toBe(`node ${called.script}`);
  });

  it('of a program has its options of Node, and its path from the folder', () => {
    expect(ownName({ script: '/app/dist/service.js', cwd: '/app', execArgv: ['--import', 'tsx'] })).toBe(
      'node --import tsx dist/service.js',
    );
    expect(ownName({ script: '/app dir/service.js', cwd: '/other', execArgv: [] })).toBe('node "/app dir/service.js"');
  });
});
