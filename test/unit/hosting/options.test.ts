import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hostModule, type HostOptions } from '../../../src/index.ts';
import { toJobRules } from '../../../src/hosting/job-rules.ts';
import { checkHostOptions } from '../../../src/hosting/parse-host-options.ts';
import { programFolder, programName } from '../../../src/hosting/program-folder.ts';
import { extendedLimits } from '../../../src/win32/job/contain-process.ts';
import { JOBOBJECT_EXTENDED_LIMIT_INFORMATION } from '../../../src/win32/job/structs.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'winsvc hösting '));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});
const file = (path: string, text = ''): string => {
  mkdirSync(join(dir, path, '..'), { recursive: true });
  writeFileSync(join(dir, path), text);
  return join(dir, path);
};

describe('hostModule', () => {
  it('refuses a file that does not exist, and a folder', () => {
    expect(() => hostModule(join(dir, 'none.js'))).toThrow(/there is no file .*none\.js/);
    expect(() => hostModule(dir)).toThrow(/there is no file/);
  });

  it('names everything that is wrong at once', () => {
    const wrong = { ready: 'soon', limits: { memory: '2X', cpu: 0 }, waitFor: [{}], nonsense: 1 };
    const check = (): void => {
      hostModule(file('a.js'), wrong as unknown as HostOptions);
    };
    expect(check).toThrow(/INVALID|options are wrong/);
    for (const path of ['ready', 'limits.memory', 'limits.cpu', 'waitFor.0', 'nonsense']) expect(check).toThrow(path);
  });

  it('takes options of every kind', () => {
    const options: HostOptions = {
      ready: { url: 'http://localhost:1/' },
      stop: { request: { url: 'http://localhost:1/stop', method: 'DELETE' } },
      exitCodes: { 0: 'stopped', 3: 'failed' },
      waitFor: [{ tcp: 'db:5432' }, { file: 'x' }, { network: true }],
      before: [{ file: 'migrate.exe', args: ['up'], timeout: '10s' }],
      limits: { memory: '512M', cpu: 50, processes: 4 },
      priority: 'belowNormal',
      affinity: [0, 1],
    };
    expect(() => {
      checkHostOptions('test', options);
    }).not.toThrow();
  });
});

describe('the name and the folder of a program', () => {
  it('are those of its file, and of the nearest package.json', () => {
    file('package.json', '\uFEFF{ "name": "@acme/orders" }');
    expect(programName(file('lib/worker.js'))).toBe('worker');
    for (const name of ['main', 'index', 'app', 'Server']) expect(programName(file(`lib/${name}.mjs`))).toBe('orders');
    expect(programFolder(file('lib/worker.js'))).toBe(dir);
  });

  it('do without a package.json that is broken or has no name', () => {
    file('package.json', '{ broken');
    expect(programName(file('server.js'))).toBe('server');
  });
});

describe('the job of a hosted program', () => {
  it('kills its children unless they are to be kept, and needs no job then', () => {
    expect(toJobRules({})).toMatchObject({ killChildren: true });
    expect(toJobRules({ children: 'keep' })).toBeUndefined();
    expect(toJobRules({ children: 'keep', limits: { memory: '1M' } })).toMatchObject({
      killChildren: false,
      memoryBytes: 2 ** 20,
    });
  });

  it('sets a flag for each limit, and no other', () => {
    const read = (rules: Parameters<typeof extendedLimits>[0]) =>
      JOBOBJECT_EXTENDED_LIMIT_INFORMATION.read(extendedLimits(rules));
    expect(read({ killChildren: true })).toMatchObject({ 'BasicLimitInformation.LimitFlags': 0x2000 });
    expect(
      read({ killChildren: false, memoryBytes: 1000, processes: 3, priority: 'high', affinity: [0, 2] }),
    ).toMatchObject({
      'BasicLimitInformation.LimitFlags': 0x8 | 0x10 | 0x20 | 0x200,
      'BasicLimitInformation.ActiveProcessLimit': 3,
      'BasicLimitInformation.PriorityClass': 0x80,
      'BasicLimitInformation.Affinity': 5n,
      JobMemoryLimit: 1000n,
    });
  });
});
