/** `npm run docs:generate`: writes the blocks of the docs that derive from tables of the source. */
import { writeFileSync } from 'node:fs';
import { renderDocs } from './docs-blocks.ts';

for (const { file, path, before, after } of await renderDocs()) {
  if (before !== after) writeFileSync(path, after);
  process.stdout.write(`${file}: ${before === after ? 'is current' : 'written'}\n`);
}
