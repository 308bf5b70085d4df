import { describe, expect, it } from 'vitest';
import type { ControlEvent } from '../../../src/scm/controls.ts';
import { failureOf } from '../../../src/service/failure/failure.ts';
import { type Life, type LifeEffect, type LifeEvent, type LifeRules, newLife } from '../../../src/service/life.ts';
import { step } from '../../../src/service/lifecycle.ts';
import { type HookResult, toHook } from '../../../src/service/shutdown/hook-queue.ts';

/** Two that run at the same time, and one that runs alone. They are registered in this order. */
const HOOKS = [
  toHook('alone', () => undefined),
  toHook('first', () => undefined, { group: 'g' }),
  toHook('second', () => undefined, { group: 'g' }),
];
const failure = failureOf(new Error('boom'));
const chosen = failureOf(new Error('boom'), { service: 7 });
const done: HookResult = { name: '', order: 0, afterMs: 0, ms: 0, outcome: 'done' };
const stepDone = { ms: 0, outcome: 'done' } as const;
const control = (event: ControlEvent): LifeEvent => ({ type: 'control', event, deadline: 0, at: 0 });
const HANDLERS = ['start', 'pause', 'resume'] as const;

/** Every event, whether the phase expects it or not; time is abstracted. */
function eventsIn(life: Life): LifeEvent[] {
  const registered = life.hooks.waiting.length + life.hooks.begun.length;
  const next = HOOKS[registered];
  return [
    { type: 'connected', deadline: 0 },
    control({ type: 'stop' }),
    control({ type: 'shutdown' }),
    control({ type: 'pause' }),
    control({ type: 'continue' }),
    control({ type: 'paramChange' }),
    { type: 'stopCalled', at: 0 },
    ...HANDLERS.flatMap((handler): LifeEvent[] => [
      { type: 'handlerDone', handler },
      { type: 'handlerFailed', handler, failure, at: 0 },
    ]),
    { type: 'controlFailed', handler: 'on.paramChange', failure, at: 0 },
    { type: 'failed', failure, at: 0 },
    { type: 'failed', failure: chosen, at: 0 },
    { type: 'exitCodeSet', exit: { service: 5 } },
    ...(next ? [{ type: 'hookAdded', hook: next } as const] : []),
    { type: 'transitionLate', failure },
    { type: 'stopEnded', step: stepDone, failure: undefined },
    { type: 'stopEnded', step: stepDone, failure },
    ...HOOKS.flatMap((hook): LifeEvent[] => [
      { type: 'hookEnded', hook, result: done, failure: undefined },
      { type: 'hookEnded', hook, result: done, failure },
    ]),
    { type: 'listenersCalled', count: 1 },
    { type: 'listenersEnded', step: undefined, failure: undefined },
    { type: 'listenersEnded', step: { ...stepDone, listeners: 1 }, failure },
    { type: 'settled', exitCode: 0 },
    { type: 'settled', exitCode: 3 },
    { type: 'reported' },
    { type: 'processExit', code: 0 },
    { type: 'processExit', code: 3 },
    { type: 'lost', failure, gone: false, at: 0 },
    { type: 'lost', failure, gone: true, at: 0 },
  ];
}

/** Equal for lives that can't behave differently. */
function keyOf({ phase, transition, started, stop, failure: first, exit, hooks, reported }: Life): string {
  const stage = phase.name === 'stopping' ? phase.stage : '';
  const of = (hook: (typeof HOOKS)[number]): string => {
    const begun = hooks.begun.find((one) => one.hook === hook);
    return begun ? (begun.result ? 'e' : 'b') : hooks.waiting.includes(hook) ? 'w' : '-';
  };
  const parts = [phase.name, stage, transition, started, stop?.reason, stop?.requested, first?.chosen ?? 'none'];
  return [...parts, JSON.stringify(exit), HOOKS.map(of).join(''), JSON.stringify(reported)].join('|');
}

const STAGES = ['transition', 'stop', 'hooks', 'listeners', 'settling', 'reporting'];
const stageOf = ({ phase }: Life): number => (phase.name === 'stopping' ? STAGES.indexOf(phase.stage) : -1);
const isOver = ({ phase }: Life): boolean => phase.name === 'stopped';
const has = (effects: readonly LifeEffect[], ...types: LifeEffect['type'][]): LifeEffect[] =>
  effects.filter(({ type }) => types.includes(type));

/** What holds for every step. Returns what is wrong: an assertion for each of millions of steps would take minutes. */
function faultOf(before: Life, event: LifeEvent, after: Life, effects: readonly LifeEffect[]): string | undefined {
  if (isOver(before)) return after !== before || effects.length > 0 ? 'something follows the end' : undefined;
  if (before.phase.name === 'stopping' && after.phase.name !== 'stopping' && !isOver(after))
    return 'the stop is undone';
  if (stageOf(after) >= 0 && stageOf(after) < stageOf(before)) return 'the stop goes back a stage';
  const calls = has(effects, 'call');
  if (calls.length > 1 || (calls.length === 1 && before.transition)) return 'two handlers under way';
  const reports = has(effects, 'reportStopped', 'reportStoppedNow');
  if (reports.length > 1) return 'STOPPED twice';
  const [report] = reports;
  if (report && 'exit' in report && report.exit !== after.reported) return 'STOPPED with another code';
  if (before.reported && after.reported !== before.reported) return 'STOPPED with two codes';
  if (before.reported && report?.type === 'reportStopped') return 'STOPPED twice';
  if (has(effects, 'finish').length !== (isOver(after) && !isOver(before) ? 1 : 0)) return 'finished twice, or never';
  const vanished = event.type === 'lost' && event.gone;
  if (isOver(after) && !after.reported && !vanished) return 'over without STOPPED';
  const run = has(effects, 'runHooks').flatMap((effect) => (effect.type === 'runHooks' ? effect.hooks : []));
  if (run.some((hook) => before.hooks.begun.some((begun) => begun.hook === hook))) return 'a hook runs twice';
  if (new Set(run).size !== run.length) return 'a hook runs twice in one turn';
  if (before.failure && after.failure !== before.failure) return 'the first failure is lost';
  if (event.type === 'failed' && !isOver(before) && has(effects, 'recordFailure').length !== 1) return 'not recorded';
  const records = has(effects, 'recordFailure');
  if (!before.failure && records.length > 0 && !(records[0]?.type === 'recordFailure' && records[0].first))
    return 'the first failure is taken for a later one';
  if (has(effects, 'reportStopping').length !== (!before.stop && after.stop ? 1 : 0))
    return 'STOP_PENDING twice, or never';
  if (has(effects, 'callStop').length > 0 && !(after.started && after.rules.hasStopHandler))
    return 'stop without start';
  return undefined;
}

/** The answer to the work that a stop waits for. */
function answer({ phase, hooks }: Life): LifeEvent {
  if (phase.name !== 'stopping') return { type: 'stopCalled', at: 0 };
  const running = hooks.begun.find(({ result }) => result === undefined);
  switch (phase.stage) {
    case 'transition':
      return { type: 'transitionLate', failure };
    case 'stop':
      return { type: 'stopEnded', step: stepDone, failure: undefined };
    case 'hooks':
      return { type: 'hookEnded', hook: running?.hook ?? HOOKS[0]!, result: done, failure: undefined };
    case 'listeners':
      return { type: 'listenersEnded', step: undefined, failure: undefined };
    case 'settling':
      return { type: 'settled', exitCode: 0 };
    case 'reporting':
      return { type: 'reported' };
  }
}

const explored = new Map<LifeRules, Map<string, Life>>();

function explore(rules: LifeRules): Map<string, Life> {
  const known = explored.get(rules);
  if (known) return known;
  const first = newLife(rules);
  const seen = new Map([[keyOf(first), first]]);
  const wrong = new Set<string>();
  for (const life of seen.values()) {
    for (const event of eventsIn(life)) {
      const next = step(life, event);
      const fault = faultOf(life, event, next.life, next.effects);
      if (fault) wrong.add(`${fault}: ${keyOf(life)} + ${event.type} → ${keyOf(next.life)}`);
      const key = keyOf(next.life);
      if (!seen.has(key)) seen.set(key, next.life);
    }
  }
  expect([...wrong].slice(0, 10)).toEqual([]);
  explored.set(rules, seen);
  return seen;
}

const RULES = [true, false].flatMap((hasStopHandler) =>
  [true, false].map((callsListeners): LifeRules => ({
    hasStopHandler,
    callsListeners,
    reportsFailedStop: hasStopHandler !== callsListeners,
    stopBudgetMs: 0,
    stopReason: 'stop',
  })),
);

describe.each(RULES)(
  'all reachable states of a life, stop handler: $hasStopHandler, listeners: $callsListeners',
  (rules) => {
    it('are reached by steps that keep every promise', { timeout: 120_000 }, () => {
      const states = explore(rules);
      expect(states.size).toBeGreaterThan(1_000);
      const phases = new Set([...states.values()].map(({ phase }) => phase.name));
      expect([...phases].sort()).toEqual([
        'paused',
        'pausing',
        'resuming',
        'running',
        'starting',
        'stopped',
        'stopping',
      ]);
      const stages = new Set([...states.values()].map(stageOf));
      const missing = (rules.hasStopHandler ? 0 : 1) + (rules.callsListeners ? 0 : 1);
      expect(stages.size).toBe(1 + STAGES.length - missing);
    });

    it('lead to STOPPED, once, when the work is answered', { timeout: 120_000 }, () => {
      const wrong: string[] = [];
      for (const [key, from] of explore(rules)) {
        let life = from;
        let reports = life.reported ? 1 : 0;
        for (let i = 0; i < 20 && !isOver(life); i++) {
          const next = step(life, answer(life));
          reports += has(next.effects, 'reportStopped', 'reportStoppedNow').length;
          life = next.life;
        }
        if (!isOver(life)) wrong.push(`never stops: ${key}`);
        if (!isOver(from) && reports !== 1) wrong.push(`${reports} STOPPED: ${key}`);
      }
      expect(wrong.slice(0, 10)).toEqual([]);
    });
  },
);

describe('the exit code', () => {
  const rules: LifeRules = { ...RULES[0]!, reportsFailedStop: false };
  const play = (events: readonly LifeEvent[], with_ = rules): Life =>
    events.reduce((life, event) => step(life, event).life, newLife(with_));
  const started: LifeEvent[] = [
    { type: 'connected', deadline: 0 },
    { type: 'handlerDone', handler: 'start' },
  ];
  const end = (life: Life): Life => {
    let next = life;
    while (!isOver(next)) next = step(next, answer(next)).life;
    return next;
  };

  it.each([
    ['a failure in a requested stop', failure, false, { win32: 0 }],
    ['the same where failed stops are reported', failure, true, { win32: 1064 }],
    ['a code that the app chose', chosen, false, { service: 7 }],
  ])('of %s', (_what, first, reportsFailedStop, exit) => {
    const life = play([...started, control({ type: 'stop' }), { type: 'failed', failure: first, at: 0 }], {
      ...rules,
      reportsFailedStop,
    });
    expect(end(life).reported).toEqual(exit);
  });

  it('of a failure that began before the stop was requested is never 0', () => {
    const life = play([...started, { type: 'failed', failure, at: 0 }, control({ type: 'stop' })]);
    expect(end(life).reported).toEqual({ win32: 1064 });
  });

  it('of a failure in a stop from inside is never 0', () => {
    const life = play([...started, { type: 'stopCalled', at: 0 }, { type: 'failed', failure, at: 0 }]);
    expect(end(life).reported).toEqual({ win32: 1064 });
  });
});
