import { existsSync, statSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { splitNodeArgs } from '../../util/node-arguments.ts';
import { programName } from '../program-folder.ts';
import { findBin } from './find-bin.ts';
import { bareName, binsOf, invalidTarget, type Manifest, readManifest, resolveFile } from './manifest.ts';

/** First versions of Node that run TypeScript without an option. https://nodejs.org/api/typescript.html */
const TYPESCRIPT_SINCE: readonly (readonly [major: number, minor: number])[] = [
  [22, 18],
  [23, 6],
];

/** Characters with a meaning for a shell. */
const OF_SHELL = /["'&|;<>%$`^()\n]/;

/** A script to host, with what its package.json gives it. */
export interface HostTarget {
  readonly script: string;
  /** Options of Node. */
  readonly nodeArgs: readonly string[];
  /** Arguments of the script. */
  readonly args: readonly string[];
  /** Name for the service, when none is given. */
  readonly name: string;
}

/**
 * Finds the script of a target: the file itself, or for a folder with a package.json its `bin`, else its `main`, else
 * `scripts.start` where that is `node …` or a program of a package.
 *
 * @throws ServiceError INVALID_OPTIONS when there is none, with what was looked for.
 */
export function findTarget(path: string): HostTarget {
  const target = resolve(path);
  if (!existsSync(target)) throw invalidTarget(`There is no file or folder ${target}.`);
  if (!statSync(target).isDirectory()) return { script: target, nodeArgs: [], args: [], name: programName(target) };
  const manifest = readManifest(target);
  const found = fromManifest(target, manifest);
  if (!existsSync(found.script)) {
    throw invalidTarget(
      `${join(target, 'package.json')} names ${found.script}, which doesn't exist. Build the program first?`,
    );
  }
  return { ...found, name: bareName(manifest.name ?? '') || programName(found.script) };
}

/** Finds the script of a program that a package of the project brings. @throws ServiceError INVALID_OPTIONS */
export function findBinTarget(bin: string, project: string): HostTarget {
  const script = findBin(bin, project);
  const isNamed = existsSync(join(project, 'package.json'));
  const name = (isNamed && bareName(readManifest(project).name ?? '')) || bin;
  return { script, nodeArgs: [], args: [], name };
}

/** Refuses a TypeScript file that the Node of this version can't run. @throws ServiceError INVALID_OPTIONS */
export function checkTypeScript(script: string, version: string): void {
  if (!/^\.[cm]?ts$/i.test(extname(script))) return;
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  if (major > 23 || TYPESCRIPT_SINCE.some(([since, from]) => major === since && minor >= from)) return;
  throw invalidTarget(
    `Node ${version} can't run ${script}: TypeScript needs Node 22.18 or later. Name one with --node, or install the compiled .js file.`,
  );
}

function fromManifest(dir: string, manifest: Manifest): Omit<HostTarget, 'name'> {
  const { main, scripts } = manifest;
  const bins = binsOf(manifest);
  const own = bins[bareName(manifest.name ?? '')];
  const files = own === undefined ? Object.values(bins) : [own];
  if (files.length > 1 && main === undefined) {
    throw invalidTarget(
      `${join(dir, 'package.json')} has several programs in bin: ${Object.keys(bins).join(', ')}. Name the file of one of them.`,
    );
  }
  const file = files.length === 1 ? files[0] : main;
  if (file !== undefined) return { script: resolveFile(dir, file), nodeArgs: [], args: [] };
  return fromStart(dir, scripts?.start);
}

/** Runs what npm start would run, without npm and without a shell. */
function fromStart(dir: string, start: string | undefined): Omit<HostTarget, 'name'> {
  const where = join(dir, 'package.json');
  if (start === undefined) {
    throw invalidTarget(
      `${where} has no bin, main or scripts.start, so there is nothing to run. Name the script instead of the folder.`,
    );
  }
  const [command = '', ...words] = start.trim().split(/\s+/);
  const refuse = (why: string): never => {
    throw invalidTarget(
      `${where} has the start script "${start}", ${why}. It must be node with a file, or a program of a package. Name the script instead of the folder.`,
    );
  };
  if (OF_SHELL.test(start)) return refuse('which needs a shell');
  if (command !== 'node') {
    if (!/^[\w.@-]+$/.test(command) || command.includes('=')) return refuse('which sets variables or names a path');
    return { script: findBin(command, dir), nodeArgs: [], args: words };
  }
  const { nodeArgs, script, rest } = splitNodeArgs(words);
  if (script === undefined) return refuse('which names no file');
  return { script: resolveFile(dir, script), nodeArgs, args: rest };
}
