// `node logger.js <result> [<folder>]`: 50,000 lines a second for some seconds, and how long the event loop was late
// meanwhile. With a folder winsvc captures them there; without one the same lines go to where Node itself writes.
import { renameSync, writeFileSync } from 'node:fs';
import { defineService } from 'winsvc';

const [, , result, dir] = process.argv;
const LINES_PER_MS = 50;
const SECONDS = 5;
/** The first moments load and compile what the rest uses. */
const WARM_UP_MS = 1_000;
const PROBE_MS = 2;
const TEXT = 'order taken, and some more words so that it has the length of a line';

/** A line each in turn: a stream, the console, and the log. */
const ways = [
  (log, n) => process.stdout.write(`${n} ${TEXT}\n`),
  (log, n) => console.log(`${n} ${TEXT}`),
  (log, n) => log.info(TEXT, { n }),
];

const service = defineService({
  name: 'WinsvcBenchLogger',
  logging: dir === undefined ? false : { dir, maxFiles: 100 },
  start(ctx) {
    // What no capture has for ctx.log is a stream of the same kind.
    const log =
      dir === undefined
        ? { info: (text, data) => process.stdout.write(`${JSON.stringify({ text, ...data })}\n`) }
        : ctx.log;
    const lateMs = [];
    const began = performance.now();
    let written = 0;
    let expected = 0;
    const probe = () => {
      const now = performance.now();
      if (now - began > WARM_UP_MS) lateMs.push(Math.max(0, now - expected));
      expected = now + PROBE_MS;
      timer = setTimeout(probe, PROBE_MS);
    };
    expected = performance.now() + PROBE_MS;
    let timer = setTimeout(probe, PROBE_MS);
    const write = () => {
      const passed = Math.min(performance.now() - began, SECONDS * 1_000);
      // What is missing is made up for, but not at once: that alone would hold the loop.
      const due = Math.min(passed * LINES_PER_MS - written, LINES_PER_MS * 10);
      for (let i = 0; i < due; i++) ways[written % 3](log, written++);
      if (passed < SECONDS * 1_000 || written < SECONDS * 1_000 * LINES_PER_MS) {
        setTimeout(write, 1);
        return;
      }
      clearTimeout(timer);
      const seconds = (performance.now() - began) / 1_000;
      writeFileSync(`${result}.new`, JSON.stringify({ lateMs, written, seconds }));
      renameSync(`${result}.new`, result);
    };
    setTimeout(write, 1);
  },
});

await service.run();
