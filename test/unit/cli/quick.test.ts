import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { parseQuickStatus, runQuickly } from '../../../src/cli/quick.ts';
import { VERSION } from '../../../src/util/version.ts';

describe('a command line that needs little', () => {
  it.each([
    [['status', 'Orders'], { service: 'Orders', json: false, expect: undefined }],
    [['status', '--json', 'Orders 東京'], { service: 'Orders 東京', json: true, expect: undefined }],
    [['status', 'Orders', '--expect', 'running', '--json'], { service: 'Orders', json: true, expect: 'running' }],
  ])('%j', (argv, parsed) => {
    expect(parseQuickStatus(argv)).toEqual(parsed);
  });

  it.each([
    [[]],
    [['status']],
    [['status', '']],
    [['status', 'Orders', 'Mailer']],
    [['status', 'Orders', '--machine', 'web1']],
    [['status', 'Orders', '--machines', 'web1']],
    [['status', 'Orders', '--help']],
    [['status', '-h']],
    [['status', 'Orders', '--expect']],
    [['status', 'Orders', '--expect', '--json']],
    [['status', 'Orders', '--expect=running']],
    [['status', 'Orders', '--expect', 'running', '--expect', 'stopped']],
    [['status', '--', '--json']],
    [['--json', 'status', 'Orders']],
    [['start', 'Orders']],
    [['help', 'status']],
  ])('%j is for the whole command line', (argv) => {
    expect(parseQuickStatus(argv)).toBeUndefined();
  });

  it('leaves a status to the whole command line where there is no SCM, and where it fails; nothing is printed', async () => {
    const fails = (): never => {
      throw new Error('advapi32.dll');
    };
    const written = vi.spyOn(process.stdout, 'write');
    expect(await runQuickly(['status', 'Orders'], fails, 'linux')).toBeUndefined();
    expect(await runQuickly(['status', 'Orders'], fails, 'win32')).toBeUndefined();
    expect(await runQuickly(['--version', '--json'], fails, 'win32')).toBeUndefined();
    expect(written).not.toHaveBeenCalled();
    written.mockRestore();
  });

  it('prints the version', async () => {
    const program =
      "import('./src/cli/quick.ts').then(({ runQuickly }) => runQuickly(['-v'], () => {})).then(process.exit);";
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', '-e', program]);
    expect(stdout).toBe(`${VERSION}\n`);
  });
});
