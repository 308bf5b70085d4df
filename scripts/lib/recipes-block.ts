import { PROOFS } from '../../test/recipes/proofs.ts';

/** Returns the head and the rows of the table of recipes in docs/testing.md. */
export function recipeRows(): [head: string[], rows: string[][]] {
  const rows = Object.entries(PROOFS).map(([name, { tests, notHere = [] }]) => [
    `[${name}](recipes/${name}.md)`,
    [...new Set(tests.map(([file]) => `\`${file.replace(/^test\//, '')}\``))].join(', '),
    notHere.map(({ what, why }) => `\`${what}\`: ${why}`).join('; '),
  ]);
  return [['Recipe', 'Tests, in `test/`', 'Not run here'], rows];
}
