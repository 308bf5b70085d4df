import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Report } from '../../scripts/verify/report.ts';
import { ROOT } from '../support/imports.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'winsvc-verify-test-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

it(
  'npm run verify:windows proves what this SCM has, and skips the rest with a reason',
  { timeout: 120_000 },
  async () => {
    const out = join(dir, 'report');
    const ids = ['control-stopped', 'control-refused', 'security-descriptor', 'image-path-variables', 'leaves-nothing'];
    const args = [join(ROOT, 'node_modules/tsx/dist/cli.mjs'), join(ROOT, 'scripts/verify-windows.ts')];
    await promisify(execFile)(process.execPath, [...args, '--only', ids.join(','), '--out', out], { cwd: ROOT });
    const report = JSON.parse(await readFile(`${out}.json`, 'utf8')) as Report;
    const results = Object.fromEntries(report.rows.map(({ id, result }) => [id, result]));
    const onWine = process.platform !== 'win32';
    expect(results).toEqual({
      'control-stopped': 'proven',
      'control-refused': onWine ? 'skipped' : 'proven',
      'security-descriptor': onWine ? 'skipped' : 'proven',
      'image-path-variables': 'proven',
      'leaves-nothing': 'proven',
    });
    if (onWine) expect(report.rows.find(({ id }) => id === 'control-refused')?.detail).toContain('Wine: ');
    expect(report.machine['node']).toMatch(/^v\d+/);
    expect(await readFile(`${out}.md`, 'utf8')).toContain('## Proven');
  },
);
