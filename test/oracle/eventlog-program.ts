/** Reads events from the C oracle instead of wevtapi.dll; arguments are a JSON job and a file for what was read. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Ffi } from '../../src/win32/ffi/ffi.ts';
import { type ReadEventsOptions, readWith } from '../../src/eventlog/read/read-events.ts';
import { createWin32EventReader } from '../../src/win32/eventlog/event-reader.ts';
import { EVT_RPC_LOGIN_STRUCT } from '../../src/win32/eventlog/event-session.ts';
import { createKoffiFfi } from '../../src/win32/ffi/koffi.ts';

/** What to read, and how it ends. */
export interface Job {
  readonly dll: string;
  readonly options: ReadEventsOptions;
  /** Abort when so many were read. */
  readonly abortAfter?: number;
  /** Leave the loop when so many were read. */
  readonly leaveAfter?: number;
}

/** What came of it. */
export interface Outcome {
  readonly events: readonly Record<string, unknown>[];
  readonly error: { readonly name: string; readonly message: string; readonly win32Code?: number } | undefined;
  readonly openHandles: number;
  readonly layout: Readonly<Record<string, number>>;
}

const [jobFile = '', outFile = ''] = process.argv.slice(2);
const { dll, options, abortAfter, leaveAfter } = JSON.parse(readFileSync(jobFile, 'utf8')) as Job;
const real = createKoffiFfi();
const ffi: Ffi = {
  ...real,
  bind: (name, fn, signature) => real.bind(name === 'wevtapi.dll' ? dll : name, fn, signature),
};

const abort = new AbortController();
const events: Record<string, unknown>[] = [];
let error: Outcome['error'];
try {
  const reader = createWin32EventReader(ffi);
  for await (const event of readWith(reader, { ...options, signal: abort.signal }, Date.now())) {
    const { xml, keywords, data, ...rest } = event;
    events.push({ ...rest, xmlLength: xml.length, keywords: String(keywords), data: data?.toString('hex') });
    if (events.length === leaveAfter) break;
    if (events.length === abortAfter) setImmediate(() => abort.abort());
  }
} catch (thrown) {
  const { name, message, win32Code } = thrown as { name: string; message: string; win32Code?: number };
  error = { name, message, ...(win32Code === undefined ? {} : { win32Code }) };
}
const openHandles = Number(real.bind(dll, 'OracleOpenHandles', { returns: 'u32', args: [] })());
real.bind(dll, 'OracleLayout', { returns: 'void', args: [] })();
const layout = { EVT_RPC_LOGIN: EVT_RPC_LOGIN_STRUCT.size, ...EVT_RPC_LOGIN_STRUCT.offsets };
writeFileSync(outFile, JSON.stringify({ events, error, openHandles, layout } satisfies Outcome));
