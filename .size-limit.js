import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** kB that importing an entry loads: the file and the chunks that it imports at once. Raise one only for a reason. */
const LIMITS = {
  // One file, with what it loads later too: the SCM waits for the number of files more than for their length.
  // 215 before the private folders, the captured streams, the pure lifecycle and the drain: a stop opens no file, also not
  // while an update replaces them. 310 before zod went to options-check.cjs.
  '.': 250,
  './manager': 165,
  './testing': 265,
  // 5 less each before files could be inside one exe.
  './eventlog': 165,
  './eventlog/pino': 170,
  './eventlog/winston': 170,
  './config': 180,
  './health': 150,
  './heartbeat': 160,
  // Health and the watchdog are loaded only where they are measured.
  './metrics': 120,
  './telemetry': 20,
  // Brings health along. re2js, 260 kB, is loaded for patterns that need it only.
  './watchdog': 245,
  // With the manager. Health checks, the event log and the reader of archives are loaded when they are needed.
  './upgrade': 240,
  './fleet': 195,
  // Hono, its node server and the whole of zod with JSON Schema: a build of its own, so that no other entry has them.
  './admin': 560,
};
/** An entry without a limit of its own. */
const DEFAULT = 140;

/** A file of dist and what it imports statically, read from what esbuild writes. */
function withImports(file, seen = new Set()) {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, target] of readFileSync(file, 'utf8').matchAll(/^(?:import|\} from|export .* from) ?"(\.[^"]+)";$/gm)) {
    withImports(join(dirname(file), target), seen);
  }
  return seen;
}

const check = (name, path, kB) => ({ name, path, limit: `${kB} kB`, brotli: false });
const { name, exports } = JSON.parse(readFileSync('package.json', 'utf8'));

export default [
  ...Object.entries(exports)
    .filter(([, target]) => typeof target === 'object')
    .map(([key, target]) =>
      check(join(name, key).replaceAll('\\', '/'), [...withImports(join(target.default))], LIMITS[key] ?? DEFAULT),
    ),
  // 115 before it could find its files in one exe.
  check('the thread that talks to the SCM', [...withImports(join('dist/host-thread.cjs'))], 118),
  check('the thread that the SCM tells of changes', [...withImports(join('dist/notify-thread.cjs'))], 60),
  // 3,400 before importers, pack, upgrades, fleets, metrics, telemetry and secrets: each in files that only its users load.
  check('everything', 'dist/**/*.{js,cjs}', 4_100),
];
