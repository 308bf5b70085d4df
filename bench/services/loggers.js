// `node loggers.js <result> <folder>`: the same lines through ctx.log, pino and winston, each into a file of its own, as
// fast as each takes them. For each: the time until the last line is in the file, the CPU time of the process, and how late
// the event loop was meanwhile.
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import winston from 'winston';
import { defineService } from 'winsvc';

const [, , result, dir] = process.argv;
const TEXT = 'order taken, and some more words so that it has the length of a line';
const WARM_UP = 5_000;
const LINES = 50_000;
/** Lines between two turns of the event loop: an app does other work too. */
const AT_ONCE = 500;
const LIMIT_MS = 60_000;

/** The end of a file. */
function tailOf(path) {
  if (!existsSync(path)) return '';
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    const tail = Buffer.alloc(Math.min(size, 400));
    readSync(fd, tail, 0, tail.length, size - tail.length);
    return tail.toString();
  } finally {
    closeSync(fd);
  }
}

/** Writes lines with the numbers from `first` on, and waits until the last one is in the file. */
async function write(path, log, first, count) {
  const began = performance.now();
  const cpu = process.cpuUsage();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  for (let n = first; n < first + count;) {
    const end = Math.min(n + AT_ONCE, first + count);
    for (; n < end; n++) log(n);
    await turn();
  }
  delay.disable();
  const last = `"n":${first + count - 1}`;
  for (const until = performance.now() + LIMIT_MS; !tailOf(path).includes(last); await sleep(1))
    if (performance.now() > until) throw new Error(`${path} has no line with ${last}`);
  const { user, system } = process.cpuUsage(cpu);
  // Not the time of the calls: winston only queues the line in them.
  return {
    seconds: (performance.now() - began) / 1_000,
    usPerLine: (user + system) / count,
    lateMs: delay.percentile(99) / 1e6,
  };
}

const service = defineService({
  name: 'WinsvcBenchLoggers',
  logging: { dir, maxSize: '1G', captureOutput: false },
  async start(ctx) {
    mkdirSync(dir, { recursive: true });
    const paths = { pino: join(dir, 'pino.log'), winston: join(dir, 'winston.log') };
    const pinoLog = pino(pino.destination({ dest: paths.pino, sync: false }));
    const winstonLog = winston.createLogger({
      format: winston.format.combine(winston.format.timestamp(), winston.format.json()),
      transports: [new winston.transports.File({ filename: paths.winston })],
    });
    const ways = {
      winsvc: [join(dir, `${ctx.name}.log`), (n) => ctx.log.info(TEXT, { n })],
      pino: [paths.pino, (n) => pinoLog.info({ n }, TEXT)],
      winston: [paths.winston, (n) => winstonLog.info(TEXT, { n })],
    };
    // Not before the service runs: it takes longer than a start may.
    void (async () => {
      const found = {};
      for (const [name, [path, log]] of Object.entries(ways)) {
        await write(path, log, 0, WARM_UP);
        const { seconds, usPerLine, lateMs } = await write(path, log, WARM_UP, LINES);
        found[name] = { linesPerSecond: LINES / seconds, usPerLine, lateMs };
      }
      writeFileSync(`${result}.new`, JSON.stringify(found));
      renameSync(`${result}.new`, result);
    })();
  },
});

await service.run();
