import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { openRig } from '../../rig/rig.mjs';
import { fromWin32 } from '../contract/support/numbers.ts';
import type { Seen } from '../contract/driver.ts';
import { removeService } from '../contract/support/remove-service.ts';
import type { Stage } from '../contract/support/stage.ts';
import type { Fault } from './fault.ts';
import { BREAK, LINES } from './fault-service.ts';
import { FAULTS } from './table.ts';
import { timesFor } from './times.ts';
import type { TracedPrefix } from './traced-prefix.ts';

const RUNNING = 4;
const STOP = 1;
const LIMIT_MS = 30_000;
const LOOK_MS = 5;

export interface Bench {
  readonly rig: Awaited<ReturnType<typeof openRig>>;
  readonly stage: Stage;
  readonly prefix: TracedPrefix;
  /** Of services whose source is installed. */
  readonly source: string;
}

/** What a service told while it could. */
interface Told {
  readonly what: 'said' | 'fault' | 'stop' | 'hooks';
  readonly at: number;
  readonly json: number;
  readonly out: number;
}

/** A line of the JSON log. */
export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly line?: number;
  readonly error?: { readonly code?: string; readonly stack?: string; readonly message?: string };
}

/** What came of a fault. */
export interface Outcome {
  /** From the fault to the end of the process, or to the record where the service goes on. */
  readonly ms: number;
  readonly status: Seen;
  /** The exit code of the process. */
  readonly process: number | null;
  readonly told: readonly Told[];
  readonly log: readonly LogLine[];
  /** The captured standard output. */
  readonly out: readonly string[];
  /** The types of the records in the event log and their texts; undefined where it can't be seen. */
  readonly events: readonly { readonly type: 'error' | 'warn' | 'info'; readonly text: string }[] | undefined;
}

/** Runs a service with a fault in it, until it is over. */
export async function live(fault: Fault, { rig, stage, prefix, source }: Bench): Promise<Outcome> {
  const { agent } = rig;
  const index = FAULTS.indexOf(fault);
  const name = `winsvc fault ${process.pid} ${index}`;
  const dir = join(stage.dir, `fault ${index}`);
  const logs = join(dir, 'logs');
  mkdirSync(dir);
  const disk = fault.outside === 'full disk' ? mountSmall(logs) : undefined;
  if (fault.outside === 'no folder') writeFileSync(logs, 'in the way');
  const told = (): Told[] => lines(join(dir, 'told.jsonl')).map((line) => JSON.parse(line) as Told);
  const jsonLog = (): LogLine[] =>
    filesOf(logs, `${name}.log`)
      .flatMap(lines)
      .map((line) => JSON.parse(line) as LogLine);

  const hasAll = (line: number, printed: number): boolean =>
    jsonLog().some((one) => one.line === line) && out().includes(`line ${printed}`);
  const out = (): string[] => filesOf(logs, `${name}.out.log`).flatMap(lines);

  const program = [rig.nodeExe, ...(fault.node ?? []), join(stage.dir, 'fault.mjs')];
  const args = [
    name,
    rig.winPath(dir),
    `${index}`,
    JSON.stringify(timesFor(fault)),
    fault.outside === 'no event source' ? name : source,
  ];
  await agent.create({
    name,
    imagePath: commandLine(
      program.map((part) => (part.startsWith('-') ? part : rig.winPath(part))),
      args,
    ),
  });
  try {
    const traced = prefix.trace()?.length ?? 0;
    const { pid, gone } = await inTurn(() => startOf(name, dir, rig));
    const events = (): Outcome['events'] => eventsOf(prefix.trace()?.slice(traced), pid);

    let at = Number.NaN;
    let recordedAt: number | undefined;
    if (!fault.start) {
      await agent.waitFor(name, RUNNING, LIMIT_MS);
      // A process that just dies has nobody who writes what is still on its way.
      if (fault.lines === 'flushed' || fault.lines === 'since then')
        await until('its lines', () => hasAll(LINES, 2 * LINES));
      if (fault.outside === 'kill') {
        at = Date.now();
        await agent.kill(pid);
      } else {
        if (fault.outside === 'folder deleted') rmSync(logs, { recursive: true });
        await agent.control(name, fault.stop || fault.hook ? STOP : BREAK);
      }
    }
    if (fault.end.state === 'running') {
      const wanted = fault.record?.text ?? fault.warning ?? '';
      if (wanted !== '' && events()) {
        await until('the record', () => events()?.some(({ text }) => text.includes(wanted)));
        recordedAt = Date.now();
      }
      disk?.grow();
      // What is on its way to the files gets there.
      const last = await until('the fault', () => told().findLast(({ what }) => what === 'fault'));
      if (fault.lines !== 'none') await until('the last lines', () => hasAll(last.json, last.out));
      recordedAt ??= Date.now();
      if (fault.record) await until('the line of the record', () => jsonLog().some(({ level }) => level === 50));
      expectRunning(fromWin32(await agent.status(name)));
      await agent.control(name, STOP);
    }
    const { exitCode, at: goneAt } = await gone;
    // A flood of lines is no part of the time that the end takes.
    if (Number.isNaN(at)) at = told().findLast(({ what }) => what === 'fault' || what === 'said')?.at ?? Number.NaN;
    return {
      // A full disk is noticed before the fault is said to come.
      ms: Math.max(0, (recordedAt ?? goneAt) - at),
      status: fromWin32(await agent.status(name)),
      process: exitCode,
      told: told(),
      log: jsonLog(),
      out: out(),
      events: events(),
    };
  } finally {
    await removeService(agent, name);
    disk?.unmount();
  }
}

/** Wine's SCM starts one service at a time, and refuses the next when that takes three seconds: 1055. */
let turn: Promise<unknown> = Promise.resolve();
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = turn.then(work);
  turn = mine.catch(() => undefined);
  return mine;
}

/** Starts it, and has hold of its process before it runs. */
async function startOf(name: string, dir: string, { agent }: Bench['rig']) {
  const start = agent.start(name);
  const refused = start.then(() => new Promise<never>(() => undefined));
  const seen = until(`the process of ${name}`, async () => (await agent.status(name)).pid || undefined);
  const pid = await Promise.race([seen, refused]);
  const gone = agent.waitGone(pid, 60_000).then(({ exitCode }) => ({ exitCode, at: Date.now() }));
  gone.catch(() => undefined);
  // Requests are taken in turn: when this one is answered, the agent has the process open.
  await agent.ping();
  writeFileSync(join(dir, 'go'), '');
  await start;
  return { pid, gone };
}

function expectRunning({ state }: Seen): void {
  if (state !== 'running') throw new Error(`it did not go on: ${state}`);
}

async function until<T>(what: string, look: () => T | undefined | false | Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + LIMIT_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function commandLine(program: readonly string[], args: readonly string[]): string {
  return [...program, ...args].map((part) => `"${part.replaceAll('"', '\\"')}"`).join(' ');
}

/** The lines of a file that are complete; none when it isn't there. */
function lines(file: string): string[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').split('\n').slice(0, -1);
}

/** A log file and those that were put aside before it. */
function filesOf(folder: string, name: string): string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  const stem = name.slice(0, -'.log'.length);
  const aside = /^\.\d{8}T\d{6}-\d+\.log$/;
  const found = readdirSync(folder, { withFileTypes: true }).map((entry) => entry.name);
  return [...found.filter((file) => file.startsWith(stem) && aside.test(file.slice(stem.length))).sort(), name].map(
    (file) => join(folder, file),
  );
}

/** A disk that a few lines fill. */
function mountSmall(dir: string): { grow(): void; unmount(): void } {
  const mount = (...args: string[]): void => {
    const { status, stderr } = spawnSync(args[0] ?? '', args.slice(1), { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
  };
  mkdirSync(dir);
  mount('mount', '-t', 'tmpfs', '-o', 'size=24k', 'winsvc-faults', dir);
  return {
    grow() {
      mount('mount', '-o', 'remount,size=4m', dir);
    },
    unmount() {
      mount('umount', dir);
    },
  };
}

/** What a process wrote, of Wine's trace: a line `pid:tid:class:eventlog:ReportEventW` for each call, and for each string. */
function eventsOf(trace: string | undefined, pid: number): Outcome['events'] {
  if (trace === undefined) return undefined;
  const own = `${pid.toString(16).padStart(4, '0')}:`;
  const TYPES = { err: 'error', warn: 'warn', trace: 'info', fixme: 'info' } as const;
  return trace.split('\n').flatMap((line) => {
    if (!line.startsWith(own)) return [];
    const [, kind = 'trace', text = ''] = /:(err|warn|trace|fixme):eventlog:ReportEventW L"(.*)/.exec(line) ?? [];
    return text === '' ? [] : [{ type: TYPES[kind as keyof typeof TYPES], text }];
  });
}
