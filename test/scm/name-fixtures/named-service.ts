/** A service; arguments: the name of its definition, the folder of its logs, milliseconds before it connects to the SCM. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineService } from 'winsvc';

const [name = '', dir = '', delay = '0'] = process.argv.slice(2);
await new Promise((resolve) => setTimeout(resolve, Number(delay)));
await defineService({
  name,
  logging: { dir },
  start(ctx) {
    appendFileSync(join(dir, 'started.txt'), `${ctx.name} ${process.pid}\n`);
    for (let line = 1; line <= 200; line++) ctx.log.info('line', { line });
  },
}).run();
