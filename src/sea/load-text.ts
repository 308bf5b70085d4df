import Module from 'node:module';
import { dirname } from 'node:path';

/** The part of Node's modules that runs a text as one. https://nodejs.org/api/modules.html#the-module-wrapper */
export interface TextModule {
  id: string;
  filename: string;
  paths: string[];
  loaded: boolean;
  exports: unknown;
  _compile(text: string, filename: string): void;
}
const Modules = Module as unknown as {
  new (id: string): TextModule;
  _nodeModulePaths(folder: string): string[];
};

/** Makes a CommonJS module whose file doesn't exist. `require` in it works as if it were at that place. */
export function createModule(file: string): TextModule {
  const made = new Modules(file);
  made.filename = file;
  made.paths = Modules._nodeModulePaths(dirname(file));
  return made;
}

/** Runs the text of a module. */
export function runModule(module: TextModule, text: string): unknown {
  module._compile(text, module.filename);
  module.loaded = true;
  return module.exports;
}
