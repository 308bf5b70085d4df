import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/imports.ts';

const dist = join(ROOT, 'dist');
/** Packages whose code the maps of the build name. */
const bundled = new Set(
  readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.map'))
    .flatMap((name) => (JSON.parse(readFileSync(join(dist, name), 'utf8')) as { sources: string[] }).sources)
    .flatMap((source) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []),
);

describe('THIRD-PARTY-NOTICES', () => {
  const notices = readFileSync(join(dist, 'THIRD-PARTY-NOTICES'), 'utf8');

  it('has every package that is bundled, with its license', () => {
    const named = [...notices.matchAll(/^((?:@[\w.-]+\/)?[\w.-]+) \d[\w.-]* \(.+\)$/gm)].map(([, name]) => name);
    expect(bundled).toContain('zod');
    // The page has no maps, and what is dropped from a module leaves no trace in one: there can be more.
    expect(named).toEqual(expect.arrayContaining([...bundled]));
    expect(named).toEqual(expect.arrayContaining(['preact', 'htm', 'hono', 'commander', 're2js']));
    expect(notices.match(/^-{80}$/gm)).toHaveLength(named.length);
    expect(notices).toContain('Copyright');
  });

  it('is needed: the maps of the build have positions, and no source text', () => {
    const maps = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.map'));
    expect(maps.length).toBeGreaterThan(10);
    for (const name of maps)
      expect(JSON.parse(readFileSync(join(dist, name), 'utf8'))).not.toHaveProperty('sourcesContent');
  });
});
