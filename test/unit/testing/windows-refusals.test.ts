import { describe, expect, it } from 'vitest';
import { defineService } from 'winsvc';
import { createMockScm, type MockScm, type MockScmOptions } from 'winsvc/testing';
import { FailureCounter } from '../../../src/testing/scm/recovery.ts';
import { toFileError, WINDOWS_REFUSALS, type WindowsRefusalName } from '../../../src/testing/scm/windows-refusals.ts';
import { Win32Error } from '../../../src/errors/win32-error.ts';

const PROGRAM = { imagePath: '"C:\\service.exe"' };
const DRIVER = { type: 'kernelDriver', imagePath: 'a.sys' } as const;

interface Case {
  readonly options?: MockScmOptions;
  /** Provokes the refusal; returns what a call that succeeds gave. */
  run(scm: MockScm): Promise<unknown>;
  /** What Windows does, and what a mock does that leaves the refusal out. */
  readonly refused?: unknown;
  readonly allowed?: unknown;
}

/** The rows that a program meets through the manager. Those about files are for fakes of the file system. */
const CASES: Record<Exclude<WindowsRefusalName, 'privateFolder' | 'renameWhileOpen'>, Case> = {
  emptyTriggers: { run: (scm) => change(scm, { triggers: [] }) },
  noNumaNode: { run: (scm) => change(scm, { preferredNode: 1 }) },
  driverRecovery: {
    run: (scm) => change(scm, { recovery: { actions: [{ type: 'none', delay: 0 }] } }, DRIVER),
  },
  interactiveAccount: { run: (scm) => change(scm, { interactive: true }) },
  processOfAnotherAccount: {
    options: { elevated: false },
    run: async (scm) => {
      const run = await scm.start(defineService<string>({ name: 'Mine', start: () => undefined }));
      const pid = (await scm.manager().service('Mine').status()).pid;
      const { denied } = client(scm).processEnd(pid);
      await run.stop();
      return denied;
    },
    refused: true,
    allowed: false,
  },
  remoteRegistry: {
    run: async (scm) => {
      await scm.manager().install({ name: 'Far', ...PROGRAM, environment: { A: '1' } });
      const { unsupported, environment } = await scm.manager({ machine: 'srv1' }).service('Far').config();
      return { unsupported, environment };
    },
    refused: { unsupported: ['environment', 'host'], environment: undefined },
    allowed: { unsupported: [], environment: { A: '1' } },
  },
  logonPolicy: {
    options: { logonPolicy: ['.\\ann'] },
    run: async (scm) => {
      for (const [name, account] of [
        ['Ann', 'MOCK\\ann'],
        ['Bob', '.\\bob'],
      ] as const) {
        scm.register(name, defineService<string>({ name, start: () => undefined }));
        await scm.manager().install({ name, ...PROGRAM, account, password: 'x' });
        await scm.manager().service(name).start();
      }
    },
  },
  recoveryAfterStop: {
    run: () => {
      const recovery = { actions: [{ type: 'restart', delay: 0 }], onNonCrashFailures: true } as const;
      return Promise.resolve(new FailureCounter(() => recovery).next({ win32: 1064 }, false, 0)?.type);
    },
    refused: 'restart',
    // No mock leaves it out: whether the stop was asked for means nothing to the SCM.
    allowed: 'restart',
  },
  emptyDescription: {
    run: async (scm) => {
      await scm.manager().install({ name: 'Plain', ...PROGRAM });
      await client(scm).change('Plain', { description: '' });
      return (await scm.manager().service('Plain').config()).description;
    },
    refused: null,
    allowed: '',
  },
  dependencyOrder: {
    run: async (scm) => {
      await scm.manager().install({ name: 'Plain', ...PROGRAM, dependencies: ['+Group', 'Other'] });
      return scm.manager().service('Plain').dependencies();
    },
    refused: ['Other', '+Group'],
    allowed: ['+Group', 'Other'],
  },
};

function client(scm: MockScm) {
  return scm.client();
}

async function change(scm: MockScm, settings: object, spec: object = PROGRAM): Promise<void> {
  await scm.manager().install({ name: 'Plain', ...PROGRAM, ...spec });
  await client(scm).change('Plain', settings);
}

describe.each(Object.entries(CASES))('%s', (name, { options, run, refused, allowed }) => {
  const { code } = WINDOWS_REFUSALS[name as WindowsRefusalName];

  it('is met by default', async () => {
    const outcome = await run(createMockScm(options)).catch((error: unknown) => error);
    if (refused !== undefined) expect(outcome).toEqual(refused);
    else expect(outcome).toMatchObject({ symbol: code });
  });

  it('can be left out', async () => {
    const scm = createMockScm({ ...options, allow: [name as WindowsRefusalName] });
    const outcome = await run(scm).catch((error: unknown) => error);
    expect(outcome).not.toBeInstanceOf(Win32Error);
    if (allowed !== undefined) expect(outcome).toEqual(allowed);
  });
});

describe('a refusal about a file', () => {
  it.each(['privateFolder', 'renameWhileOpen'] as const)('%s is an error as Node reports it', (name) => {
    const error = toFileError(name, 'rename', 'C:\\a.log');
    expect(error).toMatchObject({ code: 'EPERM', errno: -4048, syscall: 'rename', path: 'C:\\a.log' });
    expect(error.message).toBe("EPERM: operation not permitted, rename 'C:\\a.log'");
  });
});

describe('every row', () => {
  it.each(Object.entries(WINDOWS_REFUSALS))('%s names its page', (_name, { page, when }) => {
    expect(page).toMatch(/^https:\/\/learn\.microsoft\.com\//);
    expect(when).not.toBe('');
  });
});
