import Module, { type LoadFnOutput, type ResolveFnOutput } from 'node:module';
import { pathToFileURL } from 'node:url';
import { createModule, runModule } from './load-text.ts';

/** Hooks of the module loader in this thread. https://nodejs.org/api/module.html#moduleregisterhooksoptions */
interface Hooks {
  registerHooks?(hooks: {
    resolve(specifier: string, context: object, next: (specifier: string) => ResolveFnOutput): ResolveFnOutput;
    load(url: string, context: object, next: (url: string) => LoadFnOutput): LoadFnOutput;
  }): unknown;
}

/** Runs the program inside the exe as the main module: `require.main` is its own. @param file its place, beside the exe */
export function runProgram(file: string, text: string): Promise<void> {
  return file.endsWith('.mjs') ? runEsModule(file, text) : runCommonJs(file, text);
}

/** An error of the program is thrown at once, as Node does it. */
function runCommonJs(file: string, text: string): Promise<void> {
  const main = createModule(file);
  main.id = '.';
  (process as { mainModule?: unknown }).mainModule = main;
  runModule(main, text);
  return Promise.resolve();
}

/** A program with a top-level await. */
async function runEsModule(file: string, text: string): Promise<void> {
  const { href } = pathToFileURL(file);
  const { registerHooks } = Module as Hooks;
  if (!registerHooks)
    throw new Error(`Node ${process.version} can't run an ES module inside an exe: it needs Node 22.15.`);
  registerHooks({
    resolve: (specifier, _context, next) =>
      specifier === href ? { url: href, format: 'module', shortCircuit: true } : next(specifier),
    load: (url, _context, next) => (url === href ? { format: 'module', source: text, shortCircuit: true } : next(url)),
  });
  // From a module of its own: the main script of an exe can import what is built into Node only.
  const load = runModule(createModule(`${file}.cjs`), 'module.exports = (url) => import(url);');
  await (load as (url: string) => Promise<unknown>)(href);
}
