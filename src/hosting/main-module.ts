import { realpathSync } from 'node:fs';
import Module from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A main module that has not been loaded yet. */
export interface MainModule {
  /** Begins to load it. */
  load(): void;
  /** Resolves when it was evaluated, its top-level await included. Rejections are Node's: an uncaught error. */
  readonly evaluated: Promise<void>;
}

/** Node's function that runs the main module. Preloaded code may replace it, and loaders do. */
const node = Module as unknown as { runMain(main: string): unknown };

/** Runs a module as the main one: `require.main` and `import.meta.main` are its own. */
export function mainModule(path: string, args: readonly string[]): MainModule {
  const file = resolve(path);
  return toMain(
    () => file,
    () => {
      process.argv.splice(1, process.argv.length, file, ...args);
      return node.runMain(file);
    },
  );
}

/** Holds back the main module that Node is about to run, when the files of `--require` have been loaded. */
export function holdMain(): MainModule {
  const original = node.runMain;
  let held: (() => unknown) | undefined;
  let isOpen = false;
  node.runMain = function runMain(...args) {
    node.runMain = original;
    const run = (): unknown => original.apply(this, args);
    if (isOpen) run();
    else held = run;
  };
  return toMain(
    () => process.argv[1] ?? '',
    () => {
      isOpen = true;
      return held?.();
    },
  );
}

function toMain(path: () => string, run: () => unknown): MainModule {
  let loaded: () => void = () => undefined;
  const evaluated = new Promise<void>((done) => (loaded = done));
  return {
    evaluated,
    load() {
      // On a turn of its own: an error that the program throws is its own, and not one of the caller.
      let running: unknown;
      setImmediate(() => {
        running = run();
      });
      void untilEvaluated(path, () => running).then(loaded);
    },
  };
}

/** An import of the main module settles when it has been evaluated: Node has it already, and evaluates nothing twice. */
async function untilEvaluated(path: () => string, running: () => unknown): Promise<void> {
  for (let turns = 0; turns < 3; turns++) await new Promise((done) => setImmediate(done));
  if (isLoaded()) return;
  // The program inside an exe has no file. Its rejection stays unhandled: an uncaught error.
  if (running() instanceof Promise) {
    await running();
    return;
  }
  try {
    await import(pathToFileURL(realpathSync(path())).href);
  } catch {
    // Node reports it as an uncaught error.
    await new Promise(() => undefined);
  }
}

function isLoaded(): boolean {
  return (process as { mainModule?: { loaded?: boolean } }).mainModule?.loaded === true;
}
