import { realpathSync } from 'node:fs';
import Module from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A main module: who loads it, and when it has been evaluated. */
export interface MainModule {
  /** Begins to load it. */
  load(): void;
  /** Resolves when it was evaluated, its top-level await included. Rejections are Node's: an uncaught error. */
  readonly evaluated: Promise<void>;
}

/** Runs a module as the main one: `require.main` and `import.meta.main` are its own. */
export function mainModule(path: string, args: readonly string[]): MainModule {
  let loaded: () => void = () => undefined;
  const evaluated = new Promise<void>((done) => (loaded = done));
  return {
    evaluated,
    load() {
      const file = resolve(path);
      process.argv.splice(1, process.argv.length, file, ...args);
      (Module as unknown as { runMain(main: string): void }).runMain(file);
      void untilEvaluated(file).then(loaded);
    },
  };
}

/** The main module that Node runs by itself when `open` was called. */
export function mainOfNode(open: () => void): MainModule {
  let loaded: () => void = () => undefined;
  const evaluated = new Promise<void>((done) => (loaded = done));
  return {
    evaluated,
    load() {
      open();
      void untilEvaluated(process.argv[1] ?? '').then(loaded);
    },
  };
}

/** An import of the main module settles when it has been evaluated: Node has it already, and evaluates nothing twice. */
async function untilEvaluated(path: string): Promise<void> {
  await turn();
  await turn();
  if (isLoaded()) return;
  try {
    await import(pathToFileURL(realpathSync(path)).href);
  } catch {
    // Node reports it as an uncaught error.
    await new Promise(() => undefined);
  }
}

function isLoaded(): boolean {
  return (process as { mainModule?: { loaded?: boolean } }).mainModule?.loaded === true;
}

function turn(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}
