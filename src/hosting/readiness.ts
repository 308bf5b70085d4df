import type { ServiceContext } from '../service/context/context.ts';
import type { Clock } from '../util/clock.ts';
import type { ReadyRule } from '../scm/host-settings.ts';
import type { ListenWatch } from './listen-watch.ts';
import { isThere } from './poll-target.ts';

const POLL_MS = 100;
/** With `auto`: how long a program may take to begin to listen, once it was evaluated. */
const NO_SERVER_MS = 1_000;
/** With `auto`: share of the start timeout after which a main module that is still evaluated counts as a loop. */
const LOOP_SHARE = 0.8;
/** Our message comes before that of the start timeout, which knows nothing of the program. */
const MARGIN_MS = 250;

/** Facts about the program while it starts. */
export interface StartingProgram {
  /** Resolves when the main module was evaluated. */
  readonly evaluated: Promise<unknown>;
  readonly listens: ListenWatch;
  /** Resolves when the program calls `process.send('ready')`. */
  readonly message: Promise<unknown>;
  readonly clock: Clock;
}

/** Waits until the program is ready and says by which rule. Rejects shortly before the start timeout, with the cause. */
export async function untilReady(rule: ReadyRule, program: StartingProgram, ctx: ServiceContext): Promise<string> {
  const { clock, listens } = program;
  const late = new Promise<never>((_, reject) => {
    clock.setTimeout(
      () => {
        const cause = listens.error ? ` The last server failed to listen: ${listens.error.message}.` : '';
        const message = `The program is not ready: ${describe(rule)}.${cause} Raise timeouts.start, or choose another rule with ready.`;
        reject(new Error(message, listens.error && { cause: listens.error }));
      },
      Math.max(0, ctx.timeLeft - MARGIN_MS),
    );
  });
  return Promise.race([byRule(rule, program, ctx), late]);
}

async function byRule(rule: ReadyRule, program: StartingProgram, ctx: ServiceContext): Promise<string> {
  const { clock, listens, evaluated, message } = program;
  if (typeof rule === 'object') {
    const target = 'port' in rule ? { tcp: `127.0.0.1:${rule.port}` } : { url: rule.url };
    while (!(await isThere(target))) await pause(clock, POLL_MS);
    return 'port' in rule ? `port ${rule.port} accepts connections` : `${rule.url} answers`;
  }
  switch (rule) {
    case 'listen':
      await listens.listening();
      return 'a server listens';
    case 'loaded':
      await evaluated;
      return 'the main module was evaluated';
    case 'message':
      await message;
      return "process.send('ready') was called";
    case 'auto':
      return auto(program, ctx.timeLeft * LOOP_SHARE);
  }
}

async function auto({ clock, listens, evaluated }: StartingProgram, loopMs: number): Promise<string> {
  const loop = pause(clock, loopMs).then(() => 'loop' as const);
  const first = await Promise.race([evaluated.then(() => 'evaluated' as const), loop]);
  if (first === 'loop') {
    if (listens.addresses.length > 0) return 'a server listens';
    return 'the main module is still being evaluated: it counts as a loop';
  }
  const quiet = pause(clock, NO_SERVER_MS).then(() => 'quiet' as const);
  const next = await Promise.race([listens.listening().then(() => 'listening' as const), quiet]);
  if (next === 'listening') return 'a server listens';
  if (!listens.pending)
    return `the main module was evaluated, and nothing began to listen within ${NO_SERVER_MS / 1_000} s`;
  await listens.listening();
  return 'a server listens';
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

function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimeout(resolve, ms);
  });
}
