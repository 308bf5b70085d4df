import { performance } from 'node:perf_hooks';
import type { ReadyRule } from '../scm/host-settings.ts';
import type { ServiceContext } from '../service/context/context.ts';
import type { Clock } from '../util/clock.ts';
import type { ListenWatch } from './listen-watch.ts';
import { accepts, answers } from './poll-target.ts';

const POLL_MS = 100;
/** With `auto`: idle time of the event loop, after the main module was evaluated, in which no server began to listen. */
const NO_SERVER_MS = 1_000;
/** With `auto`: share of the start timeout after which a program that is still busy counts as a loop. */
const LOOP_SHARE = 0.8;
/** Time between our message and the end of the start timeout, whose message knows nothing of the program. */
const MARGIN_MS = 250;

/** Open requests for files, names and connections. */
const REQUESTS = /^FSReq|ReqWrap$/;
/** With children: programs such as Node-RED ask another one for its version before they listen. */
const LOADING = /^FSReq|ReqWrap$|^ProcessWrap$/;
/** Time, after the main module was evaluated, in which a child counts as loading. */
const CHILD_MS = 10_000;

/** Facts about the program while it starts. */
export interface StartingProgram {
  /** Resolves when the main module was evaluated. */
  readonly evaluated: Promise<unknown>;
  readonly listens: ListenWatch;
  /** Resolves when the program calls `process.send('ready')`. */
  readonly message: Promise<unknown>;
  readonly clock: Clock;
  /** Time that the event loop has been idle, in milliseconds. Default: that of this thread. */
  readonly idleMs?: () => number;
  /** Kinds of open requests and handles, as Node names them. Default: those of this thread. */
  readonly activeResources?: () => readonly string[];
}

/** Waits until the program is ready and says by which rule. Rejects shortly before the start timeout, with the cause. */
export async function untilReady(
  rule: ReadyRule,
  program: StartingProgram,
  ctx: Pick<ServiceContext, 'timeLeft'>,
): Promise<string> {
  const { clock, listens } = program;
  let isOver = false;
  let cancel: () => void = () => undefined;
  const late = new Promise<never>((_, reject) => {
    cancel = clock.setTimeout(
      () => {
        const cause = listens.error ? ` The last server failed to listen: ${listens.error.message}.` : '';
        const message = `The program is not ready: ${describe(rule)}.${cause} Raise timeouts.start, or choose another rule with ready.`;
        reject(new Error(message, listens.error && { cause: listens.error }));
      },
      Math.max(0, ctx.timeLeft - MARGIN_MS),
    );
  });
  try {
    return await Promise.race([byRule(rule, program, ctx, () => isOver), late]);
  } finally {
    isOver = true;
    cancel();
  }
}

async function byRule(
  rule: ReadyRule,
  program: StartingProgram,
  ctx: Pick<ServiceContext, 'timeLeft'>,
  isOver: () => boolean,
): Promise<string> {
  const { clock, listens, evaluated, message } = program;
  if (typeof rule === 'object') {
    const isReady = (): Promise<boolean> => ('url' in rule ? answers(rule.url) : acceptsHere(rule.port));
    while (!(await isReady()) && !isOver()) await pause(clock, POLL_MS);
    return 'port' in rule ? `port ${rule.port} accepts connections` : `${rule.url} answers`;
  }
  switch (rule) {
    case 'listen':
      await listens.listening();
      return LISTENS;
    case 'loaded':
      await evaluated;
      return 'the main module was evaluated';
    case 'message':
      await message;
      return "process.send('ready') was called";
    case 'auto':
      return auto(program, ctx.timeLeft * LOOP_SHARE, isOver);
  }
}

const LISTENS = 'a server listens';

async function auto(program: StartingProgram, loopMs: number, isOver: () => boolean): Promise<string> {
  const { clock, listens, evaluated } = program;
  const loop = pause(clock, loopMs).then(() => 'loop' as const);
  const first = await Promise.race([evaluated.then(() => 'evaluated' as const), loop]);
  if (first === 'loop') {
    return listens.addresses.length > 0 ? LISTENS : 'the main module is still being evaluated: it counts as a loop';
  }
  const next = await Promise.race([
    listens.listening().then(() => LISTENS),
    untilIdle(program, isOver).then(() => undefined),
    loop,
  ]);
  if (next === LISTENS) return LISTENS;
  if (listens.pending) {
    await listens.listening();
    return LISTENS;
  }
  if (listens.error) throw new Error(`The program can't listen: ${listens.error.message}`, { cause: listens.error });
  return next === 'loop'
    ? 'the main module was evaluated, and the program is still busy: it counts as a loop'
    : `the main module was evaluated, and nothing began to listen within ${NO_SERVER_MS / 1_000} s`;
}

/** A program that is still loading is busy: on a slow machine that takes longer than the time without a server. */
async function untilIdle(
  { clock, idleMs = idleOfLoop, activeResources = () => process.getActiveResourcesInfo() }: StartingProgram,
  isOver: () => boolean,
): Promise<void> {
  const childrenUntil = clock.now() + CHILD_MS;
  let quietMs = 0;
  while (quietMs < NO_SERVER_MS && !isOver()) {
    const before = idleMs();
    const counts = clock.now() < childrenUntil ? LOADING : REQUESTS;
    const isWaiting = (): boolean => activeResources().some((name) => counts.test(name));
    const waited = isWaiting();
    await pause(clock, POLL_MS);
    // Idle because a file, a name, a connection or a child is not there yet: that is loading too.
    if (!waited && !isWaiting()) quietMs += idleMs() - before;
  }
}

function idleOfLoop(): number {
  return performance.eventLoopUtilization().idle;
}

function describe(rule: ReadyRule): string {
  if (typeof rule === 'object') {
    return 'port' in rule ? `port ${rule.port} accepts no connections` : `${rule.url} gives no status below 400`;
  }
  const missing = {
    auto: 'a server has begun to listen and is not bound, or the main module is not evaluated',
    listen: 'no server listens',
    loaded: 'the main module is still being evaluated',
    message: "it has not called process.send('ready')",
  };
  return missing[rule];
}

async function acceptsHere(port: number): Promise<boolean> {
  const both = await Promise.all(['127.0.0.1', '[::1]'].map((host) => accepts(`${host}:${port}`)));
  return both.includes(true);
}

function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimeout(resolve, ms);
  });
}
