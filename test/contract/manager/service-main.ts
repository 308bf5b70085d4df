/** The program of a real service: `node service.mjs <name> <behaviour> <file for the start arguments>`. */
import { writeFileSync } from 'node:fs';
import { type Behaviour, createBehaviour } from './behaviours.ts';

const [, , name = '', behaviour = 'plain', file = ''] = process.argv;
await createBehaviour(name, behaviour as Behaviour, {
  startedWith(args) {
    writeFileSync(file, JSON.stringify(args));
  },
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}).run();
