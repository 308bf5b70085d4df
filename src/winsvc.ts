#!/usr/bin/env node
import { runQuickly } from './cli/quick.ts';
import { openFfi } from './win32/ffi/open-ffi.ts';
import { BriefReader } from './win32/scm/brief-reader.ts';

/** The program of the package. */
void runQuickly(process.argv.slice(2), () => new BriefReader(openFfi())).then((code) =>
  code === undefined ? import('./cli/bin.ts') : process.exit(code),
);
