import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/imports.ts';

interface Packed {
  readonly files: readonly { readonly path: string }[];
}

async function packedFiles(): Promise<ReadonlySet<string>> {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const { stdout } = await promisify(execFile)('npm', args, { cwd: ROOT, shell: process.platform === 'win32' });
  const [packed] = JSON.parse(stdout) as Packed[];
  return new Set(packed?.files.map(({ path }) => path));
}

/** Relative links of a page, outside of code. */
function linksOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8').replace(/^```[^]*?^```/gm, '');
  return [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)].map(([, link = '']) => link);
}

describe('the package', () => {
  it('has what its pages link to, and the files of deploy', async () => {
    const files = await packedFiles();
    const has = (path: string): boolean => files.has(path) || [...files].some((file) => file.startsWith(`${path}/`));
    const pages = [...files].filter((file) => file.endsWith('.md') && file !== 'CHANGELOG.md');
    expect(pages.length).toBeGreaterThan(30);
    const broken = pages.flatMap((page) =>
      linksOf(page)
        .filter((link) => !has(posix.normalize(posix.join(posix.dirname(page), link))))
        .map((link) => `${page} → ${link}`),
    );
    expect(broken).toEqual([]);
    for (const file of [
      'deploy/ansible/roles/winsvc_service/tasks/main.yml',
      'deploy/dsc/winsvc.dsc.resource.json',
      'deploy/monitoring/winsvc.rules.yml',
      'deploy/monitoring/grafana-dashboard.json',
    ])
      expect(files).toContain(file);
  });
});
