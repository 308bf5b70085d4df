import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRig } from '../../rig/rig.mjs';
import { createPassThroughFile } from '../../src/win32/eventlog/message-file/message-file.ts';
import { makeStage, type Stage } from '../contract/support/stage.ts';
import type { Step } from './eventlog-fixtures/use-event-log.ts';
import { runProgram } from './eventlog-fixtures/programs.ts';

let rig: Awaited<ReturnType<typeof openRig>>;
let stage: Stage;
const source = `winsvc test ${process.pid}`;
const other = `${source} other`;
/** What Wine's own ReportEventW got. On Windows nothing prints it: there the log itself is read back. */
const TRACE = { WINEDEBUG: 'trace+eventlog,warn+eventlog,err+eventlog' };

beforeAll(async () => {
  rig = await openRig();
  stage = await makeStage({
    'use-event-log': 'test/scm/eventlog-fixtures/use-event-log.ts',
    'format-messages': 'test/scm/eventlog-fixtures/format-messages.ts',
  });
});
afterAll(async () => {
  await use([
    { call: 'remove', options: { source } },
    { call: 'remove', options: { source: other } },
  ]);
  await rig.close();
  await stage.remove();
});

async function use(steps: readonly Step[], env?: Record<string, string>) {
  const { result, log } = await runProgram(rig, stage, 'use-event-log', steps, env);
  return { result: result as unknown[], log };
}

describe('an event source', () => {
  it('is installed once, brought up to date, and removed once', async () => {
    const messageFile = 'C:\\events\\one.dll';
    const { result } = await use([
      { call: 'install', options: { source, messageFile } },
      { call: 'install', options: { source, messageFile } },
      { call: 'install', options: { source, messageFile: '%ProgramFiles%\\two.dll', types: ['error'] } },
      { call: 'remove', options: { source } },
      { call: 'remove', options: { source } },
    ]);
    expect(result).toEqual([
      { log: 'Application', changed: ['messageFile', 'types'], ready: true },
      { log: 'Application', changed: [], ready: true },
      { log: 'Application', changed: ['messageFile', 'types'], ready: true },
      'Application',
      null,
    ]);
  });

  it('is not taken from another log', async () => {
    const { result } = await use([
      { call: 'install', options: { source: other, log: 'Application' } },
      { call: 'install', options: { source: other, log: 'System' } },
      { call: 'remove', options: { source: 'Application' } },
    ]);
    expect(result.slice(1)).toMatchObject([
      {
        error: {
          code: 'EVENT_SOURCE_TAKEN',
          message: expect.stringContaining('belongs to the log Application') as string,
        },
      },
      { error: { code: 'EVENT_SOURCE_TAKEN' } },
    ]);
  });

  it('has by default the message file of the package', async () => {
    const { result } = await use([{ call: 'messageFile' }]);
    expect(result[0]).toMatch(/\\node_modules\\winsvc\\dist\\winsvc-messages\.dll$/);
  });
});

describe('writing', () => {
  it('loads the FFI library at the first record', async () => {
    const { result } = await use([{ call: 'loaded' }, { call: 'install', options: { source } }, { call: 'loaded' }]);
    expect([result[0], result[2]]).toEqual([false, true]);
  });

  it.runIf(process.platform !== 'win32')('reaches the system with id, category, strings, user and data', async () => {
    const { result, log } = await use(
      [
        { call: 'install', options: { source } },
        {
          call: 'write',
          source,
          records: [
            { message: 'Grüße 試験 🙂', id: 4711, category: 7, strings: ['zwei', ''], data: 'raw', user: 'S-1-5-18' },
          ],
        },
        { call: 'event', source },
      ],
      TRACE,
    );
    expect(result).toEqual([expect.anything(), [], 'written']);
    const reports = log.split('\n').filter((line) => line.includes(':ReportEventW ('));
    // (handle, type, category, id, sid, strings, bytes, …)
    expect(reports[0]).toMatch(/,0x0002,0x0007,0x00001267,\S+,0x0003,0x00000003,/);
    // A catalogue's event has its severity in the two highest bits: 60000 as a warning.
    expect(reports[1]).toMatch(/,0x0002,0x0002,0x8000ea60,\S+,0x0002,0x00000000,/);
    expect(log).toContain('L"Gr\\00fc\\00dfe \\8a66\\9a13 \\d83d\\de42"');
    expect(log).toContain('L"zwei"');
    expect(log).toContain('L"/orders"');
    expect(log).toContain('L"1200"');
  });

  it.runIf(process.platform !== 'win32')('splits a message that is too long', async () => {
    const { result, log } = await use(
      [
        { call: 'install', options: { source } },
        { call: 'write', source, records: [{ message: 'a'.repeat(70_000) }] },
      ],
      TRACE,
    );
    expect(result[1]).toEqual([]);
    expect(log.split('\n').filter((line) => line.includes(':ReportEventW ('))).toHaveLength(3);
    expect(log).toContain('L"[1/3] aaa');
    expect(log).toContain('L"[3/3] aaa');
  });

  it('goes to the fallback, with the repair said once, when the source is missing', async () => {
    const { result } = await use([
      { call: 'write', source: `${source} missing`, records: [{ message: 'one' }, { message: 'two' }] },
    ]);
    const repair = expect.stringContaining(`installEventSource({ source: '${source} missing' })`) as string;
    expect(result[0]).toEqual([
      { level: 'warn', message: repair },
      { level: 'warn', message: 'one' },
      { level: 'warn', message: 'two' },
    ]);
  });
});

describe('the message file of the package', () => {
  it('has a text for every id in every severity', async () => {
    const dll = join(stage.dir, 'generic.dll');
    writeFileSync(dll, createPassThroughFile());
    const lookups = [0, 1, 2, 3].flatMap((severity) =>
      Array.from({ length: 0x1_0000 }, (_, id) => [((severity << 30) | id) >>> 0, 0] as const),
    );
    const { result } = await runProgram(rig, stage, 'format-messages', {
      dll: rig.winPath(dll),
      lookups,
      strings: ['Grüße 100 % 試験'],
    });
    expect(result).toHaveLength(262_144);
    expect(new Set(result as unknown[])).toEqual(new Set(['Grüße 100 % 試験']));
  });
});
