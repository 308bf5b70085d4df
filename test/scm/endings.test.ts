import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRig } from '../../rig/rig.mjs';
import { removeService } from '../contract/support/remove-service.ts';
import { makeStage, type Stage } from '../contract/support/stage.ts';

const STOPPED = 1;
const STOP = 1;
const GO = 128;
const SERVICE_SPECIFIC = 1066;
const CLEAN = { win32: 0, service: 0, process: 0 };
const FAILED = { win32: 1064, service: 0, process: 1 };
/** A stop that was requested: recovery must not start the service again. */
const FAILED_STOP = { ...CLEAN, process: 1 };
const chosen = (code: number) => ({ win32: SERVICE_SPECIFIC, service: code, process: code });

let rig: Awaited<ReturnType<typeof openRig>>;
let stage: Stage;
let lives = 0;

beforeAll(async () => {
  rig = await openRig();
  stage = await makeStage({ ending: 'test/scm/ending-fixtures/ending-service.ts' });
});
afterAll(async () => {
  await rig.close();
  await stage.remove();
});

interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly error?: { readonly code?: string; readonly message?: string };
}

interface Ending {
  readonly ended: typeof CLEAN;
  readonly records: readonly LogLine[];
  readonly reports: readonly string[];
}

/** Runs the service to its end. `control`: ends it; none: it ends in its start. */
async function endingOf(way: string, kind: string | number, control?: number): Promise<Ending> {
  const name = `winsvc ending ${process.pid} ${++lives}`;
  const args = [rig.winPath(rig.nodeExe), rig.winPath(join(stage.dir, 'ending.mjs')), name].map((arg) => `"${arg}"`);
  await rig.agent.create({ name, imagePath: `${args.join(' ')} ${way} ${kind}` });
  try {
    await rig.agent.start(name);
    const { pid } = await rig.agent.status(name);
    const gone = rig.agent.waitGone(pid, 30_000);
    await rig.agent.ping();
    if (control !== undefined) {
      await rig.agent.waitFor(name, 4, 30_000);
      await rig.agent.control(name, control);
    }
    const { exitCode } = await gone;
    const { state, win32ExitCode, serviceExitCode } = await rig.agent.waitFor(name, STOPPED, 10_000);
    expect(state).toBe(STOPPED);
    // Relative folders begin at the folder of the program, not in System32.
    const log = join(stage.dir, `logs ${name}`, `${name}.log`);
    const reports = join(stage.dir, `reports ${name}`);
    return {
      ended: { win32: win32ExitCode, service: serviceExitCode, process: exitCode ?? -1 },
      records: existsSync(log)
        ? readFileSync(log, 'utf8')
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as LogLine)
        : [],
      reports: existsSync(reports) ? readdirSync(reports) : [],
    };
  } finally {
    await removeService(rig.agent, name);
  }
}

const errorsOf = ({ records }: Ending): readonly LogLine[] => records.filter(({ level }) => level === 50);

describe('an error that is its own cause', () => {
  it.each([
    ['start', undefined, FAILED, 'HANDLER_FAILED'],
    ['stop', STOP, FAILED_STOP, 'HANDLER_FAILED'],
    ['hook', STOP, FAILED_STOP, 'HOOK_FAILED'],
    ['command', GO, FAILED, 'HANDLER_FAILED'],
    ['uncaught', GO, FAILED, 'UNCAUGHT'],
  ] as const)('ends the service with the right code, and is in the log: %s', async (way, control, ended, code) => {
    const ending = await endingOf(way, 'ownCause', control);
    expect(ending.ended).toEqual(ended);
    const errors = errorsOf(ending);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ msg: expect.stringContaining('boom in a circle') as string, error: { code } });
    // The folder of the reports is relative too.
    expect(ending.reports).toHaveLength(way === 'command' ? 1 : 0);
  });

  it.each(['twoCauses', 'throwingGetters', 'revokedProxy'])('so does %s', async (kind) => {
    const ending = await endingOf('start', kind);
    expect(ending.ended).toEqual(FAILED);
    expect(errorsOf(ending)).toMatchObject([{ error: { code: 'HANDLER_FAILED' } }]);
  });

  it.each(['ownCause', 'throwingGetters', 'revokedProxy'])('%s is logged by a service that goes on', async (kind) => {
    const ending = await endingOf('logs', kind, STOP);
    expect(ending.ended).toEqual(CLEAN);
    expect(ending.records.map(({ msg }) => msg)).toContain('logged all the same');
  });
});

describe('an uncaught error that a listener of the app handles', () => {
  it.each([
    ['handled', 'ownCause', 'uncaughtException'],
    ['handled', 'revokedProxy', 'uncaughtException'],
    ['handledRejection', 'twoCauses', 'unhandledRejection'],
  ])('ends no service, and is in the log: %s, %s', async (way, kind, event) => {
    const ending = await endingOf(way, kind, STOP);
    expect(ending.ended).toEqual(CLEAN);
    expect(errorsOf(ending)).toEqual([]);
    expect(ending.records).toContainEqual(
      expect.objectContaining({
        level: 40,
        msg: expect.stringContaining(`a listener of the app for "${event}"`) as string,
      }),
    );
  });
});

describe('process.exitCode', () => {
  it.each([
    ['that the app set while it ran', 'exitCode', 5, chosen(5)],
    ['that a SIGTERM listener set, when the loop runs empty', 'listener', 7, chosen(7)],
    ['of a program that a signal ended is clean: 143', 'listener', 143, CLEAN],
    ['of a program that a signal ended is clean: 130', 'exitCode', 130, CLEAN],
    ['after run({ exit: false }), when the loop runs empty', 'returns', 9, { ...CLEAN, process: 9 }],
  ])('%s', async (_name, way, code, ended) => {
    const ending = await endingOf(way, code, STOP);
    expect(ending.ended).toEqual(ended);
    expect(errorsOf(ending).map(({ error }) => error?.code)).toEqual(ended.service === 0 ? [] : ['PROCESS_EXIT']);
  });
});

describe('process.exit() in start', () => {
  it.each([
    [0, { win32: 1067, service: 0, process: 1 }],
    [1, chosen(1)],
  ])('%i is recorded as the end of a start', async (code, ended) => {
    const ending = await endingOf('startExit', code);
    expect(ending.ended).toEqual(ended);
    expect(errorsOf(ending)).toMatchObject([
      { msg: expect.stringContaining(`process.exit(${code}) while the service was starting`) as string },
    ]);
  });
});

describe('a request in progress at the stop', () => {
  it('is lost with a warning when the service has nothing that waits for it', async () => {
    const ending = await endingOf('unhooked', 'plain', STOP);
    expect(ending.ended).toEqual(CLEAN);
    expect(ending.records).toContainEqual(
      expect.objectContaining({
        level: 40,
        requests: 1,
        msg: expect.stringContaining('1 request was still') as string,
      }),
    );
  });
});
