import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/imports.ts';
import { entries, peers } from '../support/package.ts';
import { type Consumer, installTarball } from './install-tarball.ts';

const run = promisify(execFile);
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

let consumer: Consumer;
beforeAll(async () => {
  consumer = await installTarball(peers);
  const imports = entries.map(({ name }, i) => `import * as entry${i} from '${name}';\nvoid entry${i};`);
  await consumer.write(
    'consumer.ts',
    `import { defineService, type ServiceState } from 'winsvc';
     import { createMockScm } from 'winsvc/testing';
     ${imports.join('\n')}
     const service = defineService({ name: 'A', start() {}, commands: { go: { code: 200, run() {} } } });
     const code: number = service.commands.go;
     // @ts-expect-error -- no such command
     service.commands.stay;
     service.on('stateChange', (state: ServiceState) => void state);
     export const run = () => createMockScm().start(service, { args: [String(code)] });`,
  );
});
afterAll(() => consumer.remove());

describe('the types of the installed package', () => {
  it.each([
    ['NodeNext', 'NodeNext'],
    ['ESNext', 'Bundler'],
    ['Node20', 'Node16'],
    // CommonJS TypeScript: by main, types and typesVersions.
    ['CommonJS', 'Node10'],
  ])('resolve with module %s and moduleResolution %s', async (module, moduleResolution) => {
    const options = {
      module,
      moduleResolution,
      target: 'ES2022',
      lib: ['ES2023', 'ESNext.Disposable'],
      strict: true,
      noEmit: true,
      ...(moduleResolution === 'Node10' && { ignoreDeprecations: '6.0' }),
      types: ['node'],
      typeRoots: [join(ROOT, 'node_modules', '@types')],
      // Our declarations are what is checked here.
      skipLibCheck: false,
    };
    const file = `tsconfig.${moduleResolution}.json`;
    await consumer.write(file, JSON.stringify({ compilerOptions: options, files: ['consumer.ts'] }));
    const output = await run(process.execPath, [tsc, '-p', join(consumer.dir, file)]).then(
      ({ stdout }) => stdout,
      (error: unknown) => (error as { stdout: string }).stdout,
    );
    expect(output).toBe('');
  });
});
