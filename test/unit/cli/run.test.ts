import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runWinsvc } from '../../../src/cli/index.ts';
import { createMockScm } from '../../../src/testing/index.ts';
import { runCli } from './harness.ts';

const folder = mkdtempSync(join(tmpdir(), 'winsvc run '));
const script = join(folder, 'app.mjs');
const out = join(folder, 'out.json');
writeFileSync(
  script,
  `import { writeFileSync } from 'node:fs';
writeFileSync(${JSON.stringify(out)}, JSON.stringify({ args: process.argv.slice(2), colour: process.env.COLOUR, password: Object.keys(process.env).filter((name) => /password/i.test(name)).at(0) }));
// Another program would be hosted.
const uses = 'winsvc';
process.exit(4);`,
);
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const seen = (): unknown => JSON.parse(readFileSync(out, 'utf8'));

describe('run', () => {
  it('runs a script here, with its arguments, and has its exit code', async () => {
    expect(await runCli(['run', script, 'a', '--', '--b'])).toMatchObject({ code: 4, stdout: '' });
    expect(seen()).toEqual({ args: ['a', '--b'] });
  });

  it('runs an installed service as the SCM would: its command line and its variables', async () => {
    const scm = createMockScm();
    const program = { script, args: ['--port', '3 000'] };
    await scm.manager().install({ name: 'App', program, environment: { COLOUR: 'blue=green' } });
    expect(await runCli(['run', 'App'], { scm })).toMatchObject({ code: 4 });
    expect(seen()).toEqual({ args: ['--port', '3 000'], colour: 'blue=green' });
  });

  it.each([
    ['%COLOUR%', 'blue'],
    ['%colour%', 'blue'],
    ['a %Colour% b', 'a blue b'],
    ['%UNKNOWN%', '%UNKNOWN%'],
    ['100%', '100%'],
    ['%COLOUR%%COLOUR%', 'blueblue'],
  ])('replaces variables in the command line as the SCM does: %s', async (arg, expected) => {
    const scm = createMockScm();
    await scm.manager().install({ name: 'App', program: { script, args: [arg] } });
    expect(await runCli(['run', 'App'], { scm, env: { COLOUR: 'blue' } })).toMatchObject({ code: 4 });
    expect(seen()).toMatchObject({ args: [expected] });
  });

  it.each(['WINSVC_PASSWORD', 'winsvc_password'])('hands no %s on', async (name) => {
    const env = { [name]: 's3cr3t' };
    expect(await runCli(['run', script], { env })).toMatchObject({ code: 4 });
    expect(seen()).toEqual({ args: [] });
  });

  it('takes the password out of the environment of the process too', async () => {
    process.env['WINSVC_PASSWORD'] = 's3cr3t';
    expect(await runWinsvc(['run', script])).toBe(4);
    expect(process.env['WINSVC_PASSWORD']).toBeUndefined();
    expect(seen()).not.toHaveProperty('password');
  });

  it('is for this machine', async () => {
    expect(await runCli(['run', 'App', '--machine', 'srv1'])).toMatchObject({ code: 2 });
  });
});
