// What a release needs: a changelog that fits the version, changesets that can be read, workflows that publish safely.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../support/imports.ts';

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8').replaceAll('\r\n', '\n');
const json = (file: string): Record<string, unknown> => JSON.parse(read(file)) as Record<string, unknown>;
const { version } = json('package.json') as { version: string };

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  readonly strategy?: { readonly matrix: { readonly node: readonly number[] } };
}
interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}
const workflow = (name: string): Workflow => parse(read(`.github/workflows/${name}.yml`)) as Workflow;

/** Returns what is wrong with the text of a changeset. */
function problemOfChangeset(text: string): string | undefined {
  const [, head = '', summary = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text) ?? [];
  if (!/^['"]winsvc['"]: (?:patch|minor|major)$/.test(head)) return 'names no kind of change for winsvc';
  return summary.trim().length < 20 ? 'says nothing to users' : undefined;
}

describe('the changelog', () => {
  const versions = [...read('CHANGELOG.md').matchAll(/^## (.+)$/gm)].map(([, heading = '']) => heading);

  it('begins with the version of package.json, and has each version once, newest first', () => {
    expect(versions[0]).toBe(version);
    expect((json('deploy/dsc/winsvc.dsc.resource.json') as { version: string }).version).toBe(version);
    expect((json('package-lock.json') as { version: string }).version).toBe(version);
    const numbers = versions.map((text) => text.split('.').reduce((sum, part) => sum * 1_000 + Number(part), 0));
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => b - a));
    expect(numbers.every(Number.isInteger)).toBe(true);
  });

  it('gets its next version from changesets that can be read', () => {
    const files = readdirSync(join(ROOT, '.changeset')).filter((file) => file.endsWith('.md'));
    const problems = files.map((file) => [file, problemOfChangeset(read(`.changeset/${file}`))]);
    expect(problems.filter(([, problem]) => problem !== undefined)).toEqual([]);
    expect(existsSync(join(ROOT, '.changeset', json('.changeset/config.json')['changelog'] as string))).toBe(true);
  });

  it.each([
    ['', 'names'],
    ["---\n'winsvc': huge\n---\n\nA change that users notice.", 'names'],
    ["---\n'winsvc': patch\n---\n\n", 'says nothing'],
  ])('a changeset that reads %j is noticed', (text, problem) => {
    expect(problemOfChangeset(text)).toContain(problem);
  });
});

describe('the examples', () => {
  // The program of examples/hosting knows nothing of winsvc.
  it.each(readdirSync(join(ROOT, 'examples')).filter((name) => name !== 'hosting'))(
    '%s depends on this version, and on nothing of the repository',
    (name) => {
      const { dependencies } = json(`examples/${name}/package.json`) as { dependencies: Record<string, string> };
      expect(dependencies['winsvc']).toBe(`^${version}`);
      expect(Object.values(dependencies).filter((range) => !/^\^\d/.test(range))).toEqual([]);
    },
  );
});

describe('workflows', () => {
  it('CI runs on Node 20 to 26, on Linux and on Windows', () => {
    for (const name of ['ci', 'windows'])
      for (const { strategy } of Object.values(workflow(name).jobs))
        expect(strategy?.matrix.node).toEqual([20, 22, 24, 26]);
  });

  it('the release has provenance and no token, and is tested before', () => {
    const { permissions, jobs } = workflow('release');
    expect(permissions).toEqual({ contents: 'read' });
    const [job] = Object.values(jobs);
    expect(job?.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    const runs = (job?.steps ?? []).flatMap(({ run }) => run ?? []);
    expect(runs.at(-1)).toContain('--provenance');
    expect(runs.join('\n')).toContain('npm run test:all');
    expect(read('.github/workflows/release.yml')).not.toMatch(/NPM_TOKEN|secrets\./);
  });

  it('use actions of a fixed commit only, and write nowhere but at the release', () => {
    for (const file of readdirSync(join(ROOT, '.github/workflows'))) {
      const { permissions, jobs } = workflow(file.replace(/\.yml$/, ''));
      expect(permissions).toEqual({ contents: 'read' });
      const actions = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? []));
      expect(actions.filter((action) => !/@[0-9a-f]{40}$/.test(action))).toEqual([]);
    }
  });
});
