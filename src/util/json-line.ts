import { hostname } from 'node:os';
import { describe } from './describe.ts';
import { newBudget, type PlainBudget, toPlain } from './to-plain.ts';

const MAX_FIELDS = 1_000;
/** Characters of a text that is written as it is. */
const MAX_SIMPLE_TEXT = 1_024;

/** Numbers of the levels, as pino has them. */
export const LEVEL_NUMBERS = { debug: 20, info: 30, warn: 40, error: 50 } as const;

/** Fields of every line. Data of the same name goes under `data`, so that a reader can rely on these. */
const OWN = new Set(['level', 'time', 'pid', 'hostname', 'name', 'msg']);

let host: string | undefined;
let last = { ms: NaN, text: '' };
let head = { service: '', text: '' };

/** Formats a line of a JSON log, in the form of pino. Fast: an app may write tens of thousands in a second. */
export function formatJsonLine(
  service: string,
  level: keyof typeof LEVEL_NUMBERS,
  message: string,
  data?: Readonly<Record<string, unknown>>,
): string {
  const start = `{"level":${LEVEL_NUMBERS[level]},"time":"${now()}"${headOf(service)}`;
  const end = `,"msg":${JSON.stringify(message)}}\n`;
  if (data === undefined) return start + end;
  try {
    return start + fields(data) + end;
  } catch {
    // The data object itself can't be read; the message matters more.
    return `${start},"data":${JSON.stringify(describe(data))}${end}`;
  }
}

function fields(data: Readonly<Record<string, unknown>>): string {
  if (ArrayBuffer.isView(data)) return field('data', data, undefined);
  let text = '';
  let hidden: Record<string, unknown> | undefined;
  // One for all fields, and only where there is one that isn't simple.
  let budget: PlainBudget | undefined;
  let count = 0;
  for (const key of Object.keys(data)) {
    if (++count > MAX_FIELDS) return `${text},"…":"[more fields]"`;
    const value = data[key];
    if (OWN.has(key)) (hidden ??= {})[key] = value;
    else if (isSimple(value)) text += `,${JSON.stringify(key)}:${JSON.stringify(value)}`;
    else text += field(key, value, (budget ??= newBudget()));
  }
  return hidden ? text + field('data' in data ? 'data_' : 'data', hidden, budget) : text;
}

/** Values that need neither a copy nor a bound. */
function isSimple(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= MAX_SIMPLE_TEXT;
  return typeof value === 'number' || typeof value === 'boolean';
}

function field(key: string, value: unknown, budget: PlainBudget | undefined): string {
  const json = JSON.stringify(toPlain(value, budget)) as string | undefined;
  return json === undefined ? '' : `,${JSON.stringify(key)}:${json}`;
}

/** Time of the last line: many lines have the same millisecond. */
function now(): string {
  const ms = Date.now();
  if (ms !== last.ms) last = { ms, text: new Date(ms).toISOString() };
  return last.text;
}

/** Name of the machine, read once: reading it for each line would be most of the work. */
function headOf(service: string): string {
  if (head.text === '' || head.service !== service) {
    host ??= hostname();
    const text = `,"pid":${process.pid},"hostname":${JSON.stringify(host)},"name":${JSON.stringify(service)}`;
    head = { service, text };
  }
  return head.text;
}
