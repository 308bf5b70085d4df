// Printed commands, pasted into a shell: they pass the right arguments on, and run nothing else.
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRig } from '../../rig/rig.mjs';
import { shellCommand } from '../../src/cli/output/shell-quote.ts';
import { makeStage, type Stage } from '../contract/support/stage.ts';

let rig: Awaited<ReturnType<typeof openRig>>;
let stage: Stage;
const file = (name: string): string => join(stage.dir, name);

beforeAll(async () => {
  rig = await openRig();
  stage = await makeStage({});
  writeFileSync(
    file('echo.cjs'),
    "require('fs').appendFileSync(__dirname + '/seen', JSON.stringify(process.argv.slice(2)) + '\\n');",
  );
  // As npm makes them for the commands of a package.
  writeFileSync(file('tool.cmd'), `@"${rig.winPath(rig.nodeExe)}" "%~dp0\\echo.cjs" %*\r\n`);
});
afterAll(async () => {
  await rig.close();
  await stage.remove();
});

/** Shells, how they read lines from their input, and how they run a program in quotes. */
const SHELLS = {
  'cmd.exe': { args: ['/q', '/d'], call: '' },
  'powershell.exe': { args: ['-NoProfile', '-NonInteractive', '-Command', '-'], call: '& ' },
};
type Shell = keyof typeof SHELLS;

/** Types lines into a shell, and returns the arguments that each program got. */
async function paste(lines: readonly string[], shell: Shell = 'cmd.exe'): Promise<unknown[]> {
  rmSync(file('seen'), { force: true });
  writeFileSync(file('typed'), [...lines, 'exit', ''].join('\r\n'));
  const [input, output] = [openSync(file('typed'), 'r'), openSync(file('output'), 'w')];
  const typing = rig.spawnWin(shell, SHELLS[shell].args, { stdio: [input, output, output], cwd: stage.dir });
  for (const fd of [input, output]) closeSync(fd);
  await once(typing, 'exit');
  if (!existsSync(file('seen'))) return [];
  return readFileSync(file('seen'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

const NAMES = [
  ...['Orders', 'My Service', 'a & b', 'a | b > c', "it's", '(x86)', 'a^ b', 'a;b', 'a,b', 'a=b'],
  ...['user@example.com', 'DOM\\gmsa$', 'NT SERVICE\\Orders', 'C:\\Program Files\\Orders\\service.js', '{a b}'],
];
/** Each makes a file "ran" when it is quoted naively: "NAME". */
const HOSTILE = ['a"&echo x>ran&"b', 'a" & echo x>ran & "b', 'a"|echo x>ran', '%CD%"&echo x>ran&"'];

// Wine has no PowerShell.
const shells: readonly Shell[] = process.platform === 'win32' ? ['cmd.exe', 'powershell.exe'] : ['cmd.exe'];

describe.each(shells)('printed commands in %s', (shell) => {
  it.each(['a program', 'a .cmd file'])('reach %s with the name unchanged', async (kind) => {
    const { call } = SHELLS[shell];
    const program = kind === 'a program' ? `${call}"${rig.winPath(rig.nodeExe)}" echo.cjs` : `.\\tool.cmd`;
    const commands = NAMES.map((name) => shellCommand(program, 'start', name) ?? `rem ${name} is not printed`);
    expect(commands.filter((command) => command.startsWith('rem'))).toEqual([]);
    expect(await paste(commands, shell)).toEqual(NAMES.map((name) => ['start', name]));
  });
});

describe('printed commands in cmd.exe', () => {
  it('run what is in a name that is quoted naively, and for such a name there is no command', async () => {
    const naive = async (name: string): Promise<boolean> => {
      rmSync(file('ran'), { force: true });
      await paste([`tool.cmd start "${name}"`]);
      return existsSync(file('ran'));
    };
    for (const name of HOSTILE) {
      expect(await naive(name), name).toBe(true);
      expect(shellCommand('tool.cmd', 'start', name), name).toBeUndefined();
    }
  });
});
