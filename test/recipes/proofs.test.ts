// Each recipe has a test that runs it, and each of its commands runs in one or is listed as not run, with the reason.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/imports.ts';
import { docsPages, readPage } from '../support/docs-commands.ts';
import { PROOFS } from './proofs.ts';

const BLOCK = /^```(?:sh|bat|powershell|console)\n([^]*?)^```$/gm;
const names = docsPages().flatMap((file) => /^docs\/recipes\/(.+)\.md$/.exec(file)?.slice(1) ?? []);
const recipes = names.filter((name) => name !== 'index');

/** Lines of the blocks that are no command of winsvc. */
function otherCommands(page: string): string[] {
  return [...page.matchAll(BLOCK)]
    .flatMap(([, code = '']) => code.split('\n').map((line) => line.trim()))
    .filter((line) => !/^(?:$|#|\})/.test(line) && !/^(?:npx |pnpm exec )?winsvc /.test(line));
}

describe('recipes', () => {
  it('all have proofs, and none is left over', () => {
    expect(Object.keys(PROOFS).sort()).toEqual(recipes.sort());
  });

  it.each(recipes)('%s: its tests exist', (name) => {
    for (const [file, title] of PROOFS[name]?.tests ?? []) {
      expect(existsSync(join(ROOT, file)), file).toBe(true);
      expect(readFileSync(join(ROOT, file), 'utf8'), file).toContain(title);
    }
    expect(PROOFS[name]?.tests.length).toBeGreaterThan(0);
  });

  it.each(recipes)('%s: each command runs, or is listed as not run', (name) => {
    const { commands = [], notHere = [] } = PROOFS[name] ?? {};
    const known = [...commands, ...notHere.map(({ what }) => what)];
    const page = readPage(`docs/recipes/${name}.md`);
    expect(otherCommands(page).filter((line) => !known.some((start) => line.startsWith(start)))).toEqual([]);
    // The list names nothing that the page doesn't have any more.
    expect(known.filter((start) => !page.includes(start))).toEqual([]);
  });
});
