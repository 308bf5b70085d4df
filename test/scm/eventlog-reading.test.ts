import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openRig } from '../../rig/rig.mjs';
import { makeStage, type Stage } from '../contract/support/stage.ts';
import type { Job, Outcome } from '../oracle/eventlog-program.ts';
import { runProgram } from './eventlog-fixtures/programs.ts';

const QUERY = 0x7ff0e7100000;
const SESSION = 0x7ff5e5510000;
const INFINITE = 0xffff_ffff;

let rig: Awaited<ReturnType<typeof openRig>>;
let stage: Stage;
let dll = '';
let log = '';

interface Call {
  readonly call: string;
  readonly [argument: string]: unknown;
}

async function read(job: Omit<Job, 'dll'>): Promise<Outcome & { readonly calls: readonly Call[] }> {
  const env = { ORACLE_LOG: rig.winPath(log) };
  const { result } = await runProgram(rig, stage, 'read', { ...job, dll: rig.winPath(dll) }, env);
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  return { ...(result as Outcome), calls: lines.map((line) => JSON.parse(line) as Call) };
}
const named = (calls: readonly Call[], name: string): Call[] => calls.filter(({ call }) => call === name);

// Wine has no event logs to read: the C oracle takes the calls instead, compiled against the real header.
describe.runIf(process.platform === 'linux')('reading events, beside a C program', () => {
  beforeAll(async () => {
    rig = await openRig();
    stage = await makeStage({ read: 'test/oracle/eventlog-program.ts' });
    dll = join(stage.dir, 'oracle.dll');
    log = join(stage.dir, 'calls.jsonl');
    const flags = ['-O1', '-Wall', '-Wextra', '-Werror', '-shared'];
    execFileSync('x86_64-w64-mingw32-gcc', [...flags, '-o', dll, 'test/oracle/eventlog.c']);
  });
  beforeEach(() => {
    rmSync(log, { force: true });
  });
  afterAll(async () => {
    await rig.close();
    await stage.remove();
  });

  it('passes the log, the query and the flags, and takes all events in batches', async () => {
    const { events, error, calls, openHandles } = await read({
      options: { source: 'Orders', ids: [5, 7, 6], level: 'warn' },
    });
    expect(error).toBeUndefined();
    expect(named(calls, 'EvtQuery')).toEqual([
      {
        call: 'EvtQuery',
        session: 0,
        path: 'Application',
        query: "*[System[Provider[@Name='Orders'] and ((EventID>=5 and EventID<=7)) and (Level>=1 and Level<=3)]]",
        flags: 0x101,
      },
    ]);
    expect(named(calls, 'EvtNext')).toEqual(
      Array.from({ length: 4 }, () => ({ call: 'EvtNext', results: QUERY, size: 30, timeout: INFINITE, flags: 0 })),
    );
    expect(events.map(({ recordId }) => recordId)).toEqual(Array.from({ length: 70 }, (_, index) => index + 1));
    expect(openHandles).toBe(0);
  });

  it('begins again after the last event where EvtNext fails with 1734', async () => {
    const { events, error, calls, openHandles } = await read({ options: { log: 'Large', messages: false } });
    expect(error).toBeUndefined();
    expect(events.map(({ recordId }) => recordId)).toEqual(Array.from({ length: 70 }, (_, index) => index + 1));
    expect(named(calls, 'EvtCreateBookmark')).toEqual([{ call: 'EvtCreateBookmark', xml: null }]);
    const seek = { call: 'EvtSeek', results: QUERY, position: 1, bookmark: 0x7ff0e7300000, timeout: 0, flags: 4 };
    expect(named(calls, 'EvtSeek')).toEqual([
      { ...seek, bookmarked: 30 },
      { ...seek, bookmarked: 30 },
      { ...seek, bookmarked: 38 },
    ]);
    expect(openHandles).toBe(0);
  });

  it('reads each field as C wrote it', async () => {
    const { events } = await read({ options: { limit: 1 } });
    expect(events).toEqual([
      {
        recordId: 1,
        time: '2026-11-21T03:04:05.678Z',
        log: 'Application',
        computer: 'server1.example',
        source: 'Orders & more',
        id: 1001,
        qualifiers: 16384,
        level: 'error',
        category: 7,
        opcode: 0,
        keywords: String(0x80000000000000n),
        processId: 1234,
        threadId: 5678,
        user: 'S-1-5-18',
        message: 'Message 1',
        strings: ['Grüße <1>', 'xxx'],
        fields: { size: 'xxx' },
        data: '00ff10',
        xmlLength: expect.any(Number) as number,
      },
    ]);
  });

  it('has the texts that there are, and grows for long ones', async () => {
    const { events, calls } = await read({ options: { limit: 7 } });
    expect(events.map(({ message }) => (message as string | undefined)?.length)).toEqual([
      9,
      undefined, // its publisher is gone
      9, // an insert without a value
      undefined, // no such text
      9,
      6000, // longer than the buffer
      9,
    ]);
    expect(events[4]?.['strings']).toEqual(['Grüße <5>', 'x'.repeat(20_000)]);
    expect(named(calls, 'EvtOpenPublisherMetadata')).toEqual([
      { call: 'EvtOpenPublisherMetadata', session: 0, publisher: 'Orders & more', filePath: null, locale: 0, flags: 0 },
      { call: 'EvtOpenPublisherMetadata', session: 0, publisher: 'gone & lost', filePath: null, locale: 0, flags: 0 },
    ]);
  });

  it('follows: what is there, then what comes, until it is aborted', async () => {
    const { events, error, calls, openHandles } = await read({ options: { follow: true, since: '1h' }, abortAfter: 5 });
    expect(events.map(({ recordId }) => recordId)).toEqual([1, 2, 3, 4, 5]);
    expect(error?.name).toBe('AbortError');
    const [subscribe] = named(calls, 'EvtSubscribe');
    expect(subscribe).toMatchObject({
      signalIsEvent: 1,
      path: 'Application',
      bookmark: 0,
      context: 0,
      callback: 0,
      flags: 2,
    });
    expect(openHandles).toBe(0);
  });

  it('follows from now on, and closes everything when the loop is left', async () => {
    const { events, calls, openHandles } = await read({ options: { follow: true, messages: false }, leaveAfter: 3 });
    expect(events).toHaveLength(3);
    expect(named(calls, 'EvtSubscribe')[0]).toMatchObject({ query: '*', flags: 1 });
    expect(named(calls, 'EvtOpenPublisherMetadata')).toEqual([]);
    expect(openHandles).toBe(0);
  });

  it('reads another machine through a session', async () => {
    const { calls, openHandles } = await read({ options: { machine: 'server1', limit: 1, order: 'newest' } });
    expect(named(calls, 'EvtOpenSession')).toEqual([
      {
        call: 'EvtOpenSession',
        loginClass: 1,
        server: 'server1',
        user: null,
        domain: null,
        password: null,
        loginFlags: 0,
        timeout: 0,
        flags: 0,
      },
    ]);
    expect(named(calls, 'EvtQuery')[0]).toMatchObject({ session: SESSION, flags: 0x201 });
    expect(named(calls, 'EvtOpenPublisherMetadata')[0]).toMatchObject({ session: SESSION });
    expect(openHandles).toBe(0);
  });

  it('says what was tried when Windows refuses', async () => {
    const { error, openHandles } = await read({ options: { log: 'Missing', machine: 'server1' } });
    expect(error?.win32Code).toBe(15_007);
    expect(error?.message).toContain('Cannot read the event log Missing on server1: there is no such log');
    expect(openHandles).toBe(0);
  });

  it('lays its structure out as the C compiler does', async () => {
    const { calls, layout } = await read({ options: { limit: 1 } });
    expect({ ...layout, call: 'layout' }).toEqual(named(calls, 'layout')[0]);
  });
});
