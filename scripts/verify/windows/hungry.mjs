// @ts-check
/** Program that takes memory, 32 MB at a time, and writes how much it has. Arguments: the file, and where it ends. */
import { setTimeout as pause } from 'node:timers/promises';
import { writeFileSync } from 'node:fs';

const [, , facts = '', limit = '0'] = process.argv;
const taken = [];
for (let mb = 0; mb < Number(limit); mb += 32) {
  taken.push(Buffer.alloc(32 * 2 ** 20, 1));
  writeFileSync(facts, JSON.stringify({ mb: mb + 32 }));
  await pause(20);
}
writeFileSync(facts, JSON.stringify({ mb: Number(limit), done: true, blocks: taken.length }));
setInterval(() => undefined, 60_000);
