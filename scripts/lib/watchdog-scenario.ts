import { eventually } from './eventually.ts';
import { request } from './http.ts';
import type { Story } from './story.ts';
import { PACE, type WatchdogFiles, type WatchdogNames } from './watchdog-files.ts';

/** What the demo asks of an SCM that has the three services of examples/heartbeat-watchdog. */
export interface WatchdogStage {
  /** Resolves when the service is RUNNING. */
  start(name: string): Promise<void>;
  /** Resolves when the service is STOPPED. */
  stop(name: string): Promise<void>;
  /** The state, as the SCM's own tools write it. */
  state(name: string): Promise<string>;
  /** Sends the command `reload` to the watchdog. */
  reload(): Promise<void>;
  /** Ends the process of a service at once, where it has one of its own. */
  kill?(name: string): Promise<void>;
}

interface Target {
  readonly name: string;
  readonly state: string;
  readonly restarts: number;
  readonly heartbeatAt?: string;
}
interface Page {
  readonly targets: readonly Target[];
  readonly events: readonly { readonly at: string; readonly text: string }[];
  readonly problem?: string;
}

/** Far beyond what anything here takes: on a machine whose host gives its CPUs to others, Wine's SCM gives up on a start after 10 s and the watchdog tries again. */
const PATIENCE_MS = 60_000;

/** What the watchdog may take over a service whose heartbeats stop, and over its restart. */
export const DETECTION_LIMIT_MS = PACE.lostAfterMs + 1_000;

/** Life of the watchdog and its targets, step by step. The same on the mock SCM and on a real one. */
export async function playWatchdogScenario(
  stage: WatchdogStage,
  names: WatchdogNames,
  files: WatchdogFiles,
  story: Story,
  signal?: AbortSignal,
): Promise<void> {
  const look = async (): Promise<Page> => {
    signal?.throwIfAborted();
    return JSON.parse((await request(files.pagePort, '/state')).text) as Page;
  };
  const target = (page: Page, name: string): Target | undefined => page.targets.find((its) => its.name === name);
  const told = new Set<string>();
  /** Polls the page, and prints what the watchdog did since the last poll. */
  const lookAndTell = async (): Promise<Page> => {
    const page = await look();
    for (const { at, text } of [...page.events].reverse()) {
      if (told.has(at + text)) continue;
      told.add(at + text);
      story.line({ app: `  ${text}` });
    }
    return page;
  };
  const until = (done: (page: Page) => boolean): Promise<Page> => eventually(lookAndTell, done, PATIENCE_MS);
  const start = async (name: string, app: string): Promise<void> => {
    signal?.throwIfAborted();
    await stage.start(name);
    const state = await stage.state(name);
    story.line({ scm: `start ${name}`, app, state, ok: state === 'RUNNING' });
  };
  const isWell = (page: Page, name: string, restarts: number): boolean => {
    const its = target(page, name);
    return its?.state === 'normal' && its.restarts >= restarts;
  };

  await start(names.orders, 'healthy: answers on /readyz, sends heartbeats');
  await start(names.mailer, 'its first life will end in a crash, its second in a hang');
  await start(names.watchdog, `status page: http://127.0.0.1:${files.pagePort}/`);

  let page = await until(({ targets }) => targets.every(({ heartbeatAt }) => heartbeatAt !== undefined));
  const heard = page.targets.filter(({ heartbeatAt }) => heartbeatAt !== undefined).map(({ name }) => name);
  story.line({ app: `heartbeats seen of ${heard.join(' and ')}`, ok: heard.length === 2 });

  page = await until((now) => isWell(now, names.mailer, 1));
  const once = isWell(page, names.mailer, 1);
  story.line({
    app: once ? 'the mailer crashed, and was restarted' : 'the mailer crashed and is not well',
    state: await stage.state(names.mailer),
    ok: once,
  });

  // What the SCM said last before the watchdog knew: afterwards it may be in the middle of the restart.
  let said = '';
  page = await eventually(
    async () => {
      const state = await stage.state(names.mailer);
      const now = await lookAndTell();
      if (target(now, names.mailer)?.state === 'normal') said = state;
      return now;
    },
    (now) => target(now, names.mailer)?.state !== 'normal',
    PATIENCE_MS,
  );
  story.line({
    app: 'the mailer hangs: the SCM sees nothing, its heartbeats stop',
    state: said,
    ok: said === 'RUNNING',
  });
  page = await until((now) => isWell(now, names.mailer, 2));
  const twice = isWell(page, names.mailer, 2);
  story.line({
    app: twice ? 'the mailer was restarted, and works' : 'the mailer hung and is not well',
    state: await stage.state(names.mailer),
    ok: twice,
  });

  if (stage.kill) {
    const before = target(page, names.orders)?.restarts ?? 0;
    const began = performance.now();
    await stage.kill(names.orders);
    story.line({
      scm: `TerminateProcess ${names.orders}`,
      app: 'no goodbye, no STOPPED',
      state: await stage.state(names.orders),
    });
    await until((now) => (target(now, names.orders)?.restarts ?? 0) > before);
    const ms = performance.now() - began;
    page = await until((now) => isWell(now, names.orders, before + 1));
    story.line({
      app: `restart begun ${(ms / 1_000).toFixed(1)} s after the kill; the limit is ${DETECTION_LIMIT_MS / 1_000} s`,
      state: await stage.state(names.orders),
      ok: ms < DETECTION_LIMIT_MS && isWell(page, names.orders, before + 1),
    });
  }
  const restarts = target(page, names.orders)?.restarts;
  if (!stage.kill) {
    story.line({ app: 'orders was never restarted', state: await stage.state(names.orders), ok: restarts === 0 });
  }

  await files.rewrite('soon');
  page = await until(({ problem }) => problem !== undefined);
  const why =
    page.problem
      ?.split('\n')
      .at(-1)
      ?.replace(/^\s*- /, '') ?? 'not noticed';
  story.line({
    scm: 'watchdog.yaml is edited',
    app: `refused, the old one stays: ${why}`,
    state: await stage.state(names.watchdog),
    ok: page.problem !== undefined && page.targets.length === 2,
  });
  await files.rewrite('600ms');
  await stage.reload();
  page = await until(({ problem }) => problem === undefined);
  story.line({
    scm: 'corrected, command reload',
    app: 'taken without a restart',
    state: await stage.state(names.watchdog),
    ok: page.problem === undefined,
  });
}

/** Stops all three; the watchdog last, so that it sees two stops on purpose. */
export async function stopWatchdogScenario(stage: WatchdogStage, names: WatchdogNames, story: Story): Promise<void> {
  for (const name of [names.mailer, names.orders, names.watchdog]) {
    await stage.stop(name);
    const state = await stage.state(name);
    story.line({ scm: `stop ${name}`, app: 'a clean stop', state, ok: state === 'STOPPED' });
  }
}
