import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveLogging } from '../../../src/logging/options.ts';
import { programPath } from '../../../src/util/program-path.ts';

/** A service starts in System32: no path of the program may begin there. */
describe('a relative folder of a service', () => {
  const [script, cwd] = [process.argv[1] ?? '', process.cwd()];
  const program = resolve('/srv/orders/dist/service.js');
  beforeEach(() => {
    process.argv[1] = program;
    process.chdir('/');
  });
  afterEach(() => {
    process.argv[1] = script;
    process.chdir(cwd);
  });

  it.each(['logs', './logs', '../logs', 'a/../logs', '.', ''])('begins at the folder of the program: %j', (dir) => {
    const expected = join(dirname(program), dir);
    // logging.dir, and crashReport.dir, which goes through the same function.
    expect(resolveLogging('Orders', { dir }).dir).toBe(expected);
    expect(programPath(dir)).toBe(expected);
  });

  it('stays where it is when it is absolute, and has a default of its own', () => {
    const absolute = resolve('/var/log/orders');
    expect(resolveLogging('Orders', { dir: absolute }).dir).toBe(absolute);
    expect(resolveLogging('Orders', {}).dir).toMatch(/Orders[\\/]logs$/);
  });
});
