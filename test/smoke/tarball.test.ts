import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/imports.ts';
import { entries, peers } from '../support/package.ts';
import { type Consumer, installTarball } from './install-tarball.ts';

let consumer: Consumer;
/** One that has the optional packages too. */
let withPeers: Consumer;
beforeAll(async () => {
  [consumer, withPeers] = await Promise.all([installTarball(), installTarball(peers)]);
});
afterAll(() => Promise.all([consumer.remove(), withPeers.remove()]));

describe('the tarball', () => {
  it('has what runs and what explains it, and nothing else', () => {
    const roots = new Set(consumer.files.map((file) => file.split('/', 1)[0]));
    expect([...roots].sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'SECURITY.md',
      'deploy',
      'dist',
      'docs',
      'examples',
      'package.json',
    ]);
    for (const { built, types } of entries) expect(consumer.files).toEqual(expect.arrayContaining([built, types]));
    for (const file of [
      'host-thread.cjs',
      'host-post-start.cjs',
      'message-thread.cjs',
      'notify-thread.cjs',
      'options-check.cjs',
    ])
      expect(consumer.files).toContain(`dist/${file}`);
  });

  it('names no folder of the machine that built it', async () => {
    const dist = join(consumer.dir, 'node_modules', 'winsvc', 'dist');
    for (const file of await readdir(dist, { recursive: true })) {
      if (!/\.(?:js|ts)$/.test(file)) continue;
      expect(await readFile(join(dist, file), 'utf8'), file).not.toContain(ROOT.replace(/[\\/]$/, ''));
    }
  });
});

describe.each(entries)('$name, installed', ({ name, built, peers: needed }) => {
  it('can be imported and required, with the same exports', async () => {
    const print = (load: string): string => `process.stdout.write(JSON.stringify(Object.keys(${load}).sort()))`;
    const { node } = needed.length > 0 ? withPeers : consumer;
    const imported = await node('--input-type=module', '--eval', print(`await import('${name}')`));
    const required = await node('--input-type=commonjs', '--eval', print(`require('${name}')`));
    const names = JSON.parse(imported.stdout) as string[];
    expect(names).not.toEqual([]);
    expect((JSON.parse(required.stdout) as string[]).filter((key) => key !== '__esModule')).toEqual(names);
    const own = (await import(join(ROOT, built))) as object;
    expect(names).toEqual(Object.keys(own).sort());
  });

  it.runIf(needed.length > 0)('names the package that it needs where that is missing', async () => {
    const failed = consumer.node('--input-type=module', '--eval', `await import('${name}')`);
    await expect(failed).rejects.toThrow(needed[0]);
  });
});

describe('a service that uses the installed package', () => {
  it('runs on the mock SCM', async () => {
    await consumer.write(
      'mock.js',
      `import { defineService } from 'winsvc';
       import { createMockScm } from 'winsvc/testing';
       const scm = createMockScm();
       const run = await scm.start(defineService({ name: 'Smoke', start() {} }));
       console.log(run.state);
       await run.stop();
       console.log(run.state);`,
    );
    const { stdout } = await consumer.node('mock.js');
    expect(stdout.split('\n')).toEqual(['running', 'stopped', '']);
  });

  it('has errors that instanceof knows, whichever entry they come from', async () => {
    await consumer.write(
      'errors.js',
      `import { ServiceError, Win32Error } from 'winsvc';
       import { createMockScm } from 'winsvc/testing';
       const scm = createMockScm();
       const error = await scm.manager().service('Nobody').status().catch((error) => error);
       console.log(error.symbol, error instanceof ServiceError, error instanceof Win32Error);`,
    );
    const { stdout } = await consumer.node('errors.js');
    expect(stdout).toBe('ERROR_SERVICE_DOES_NOT_EXIST true true\n');
  });

  it('runs in a console', async () => {
    await consumer.write(
      'console.js',
      `import { defineService } from 'winsvc';
       const service = defineService({ name: 'Smoke', start: (ctx) => ctx.onShutdown('hook', () => console.log('hook ran')) });
       service.on('stateChange', (state) => state === 'running' && service.stop());
       await service.run();`,
    );
    const { stdout, stderr } = await consumer.node('console.js');
    expect(stdout).toBe('hook ran\n');
    expect(stderr).toContain('Smoke: stopped');
  });
});
