import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from './harness.ts';

const root = mkdtempSync(join(tmpdir(), 'winsvc init '));
afterAll(() => {
  rmSync(root, { recursive: true });
});
const manifest = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, Record<string, string>>;

describe('init', () => {
  it.each([
    ['plain', 'service.js'],
    ['express', 'main.js'],
    ['watchdog', 'main.js'],
    ['typescript', 'src/service.ts'],
  ])('copies %s, with the version of winsvc', async (template, file) => {
    const folder = join(root, template);
    const { code, stdout } = await runCli(['init', folder, '--template', template]);
    expect(code).toBe(0);
    expect(stdout).toContain('npm install');
    expect(stdout).toMatch(/ winsvc install \S+ --now\n/);
    expect(existsSync(join(folder, file))).toBe(true);
    expect(manifest(folder)['dependencies']?.['winsvc']).toBe('^1.2.3');
    expect(existsSync(join(folder, 'node_modules'))).toBe(false);
  });

  it.each([
    ['plain', 'Orders', 'service.js', 'Orders'],
    ['express', 'orders.api-2', 'service.js', 'orders.api-2'],
    ['typescript', 'Aufträge & Co', 'src/service.ts', 'auftr-ge-co'],
    ['plain', "it's $& here", 'service.js', 'it-s-here'],
  ])('%s in the folder "%s" names the service after it', async (template, name, file, service) => {
    const folder = join(root, 'named', name);
    expect(await runCli(['init', folder, '-t', template])).toMatchObject({ code: 0 });
    const [text, readme] = [file, 'README.md'].map((path) => readFileSync(join(folder, path), 'utf8'));
    expect(text).toContain(`name: '${service}',\n  displayName: '${service}',`);
    expect(readme).toMatch(new RegExp(`winsvc \\w+ ${service}\\n`));
    expect(`${text}${readme}`).not.toMatch(/Winsvc[A-Z]|\.\.\/docs/);
  });

  it('a package.json with a mistake ends it before a file is made, with the line', async () => {
    const folder = mkdtempSync(join(root, 'broken '));
    writeFileSync(join(folder, 'package.json'), '{\n  "name": "mine",\n}\n');
    const { code, stderr } = await runCli(['init', folder]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/package\.json can't be read, line 3: /);
    expect(stderr).not.toContain('    at ');
    expect(readdirSync(folder)).toEqual(['package.json']);
  });

  it('a mistake in the package.json that a service would be named after is named', async () => {
    const folder = mkdtempSync(join(root, 'unnamed '));
    writeFileSync(join(folder, 'app.js'), '');
    writeFileSync(join(folder, 'package.json'), '{ "name": "kiosk", }');
    const { code, stderr } = await runCli(['install', join(folder, 'app.js')]);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/package\.json can't be read, line 1: /);
  });

  it('keeps what is there: files are refused, a package.json gets what it lacks', async () => {
    const folder = mkdtempSync(join(root, 'there '));
    writeFileSync(
      join(folder, 'package.json'),
      '{ "name": "mine", "type": "commonjs", "dependencies": { "pg": "8" } }',
    );
    expect(await runCli(['init', folder])).toMatchObject({ code: 0 });
    expect(manifest(folder)).toMatchObject({
      name: 'mine',
      type: 'module',
      dependencies: { pg: '8', winsvc: '^1.2.3' },
    });
    const again = await runCli(['init', folder, '--json']);
    expect(again.code).toBe(2);
    expect(again.json).toMatchObject({ error: { message: expect.stringContaining('service.js') as string } });
  });
});
