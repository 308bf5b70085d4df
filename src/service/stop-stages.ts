import type { Draft } from './draft.ts';
import { exitFailure, isExitOfSignal, type Failure } from './failure/failure.ts';
import { exitOf, processCodeOf, type Life, type LifeEvent, type Stop, type StopStage } from './life.ts';
import { takeTurn } from './shutdown/hook-queue.ts';

/** Stages in which hooks can still get their turn. */
export const BEFORE_HOOKS_END: readonly StopStage[] = ['transition', 'stop', 'hooks'];

export function ownStop({ rules }: Life, reason: 'stop' | 'failure', at: number): Stop {
  return { reason, requested: false, began: at, deadline: at + rules.stopBudgetMs, firm: false };
}

export function fail(draft: Draft, failure: Failure, at: number): void {
  if (draft.stage) note(draft, failure);
  else beginStop(draft, ownStop(draft.life, 'failure', at), failure);
}

/** Records a failure: the first one as an error, later ones as warnings. */
export function note(draft: Draft, failure: Failure): void {
  const first = draft.life.failure === undefined;
  if (first) draft.set({ failure });
  draft.emit({ type: 'recordFailure', failure, first });
}

export function beginStop(draft: Draft, stop: Stop, failure?: Failure): void {
  if (draft.stage) return;
  draft.enter({ name: 'stopping', stage: 'transition' });
  draft.set({ stop });
  // A crash report can take longer than a loop may stand still: the host learns of the stop first.
  draft.emit({ type: 'reportStopping', stop });
  if (failure) note(draft, failure);
  draft.emit({ type: 'abortSignal', reason: stop.reason });
  // A handler under way gets the stop's time to finish, unless the service failed.
  if (draft.life.transition && stop.reason !== 'failure') draft.emit({ type: 'awaitTransition' });
  else enterStop(draft);
}

export function enterStop(draft: Draft): void {
  draft.enter({ name: 'stopping', stage: 'stop' });
  if (draft.life.started && draft.life.rules.hasStopHandler) draft.emit({ type: 'callStop' });
  else enterHooks(draft);
}

export function enterHooks(draft: Draft): void {
  const { waiting, begun } = draft.life.hooks;
  const { turn, rest } = takeTurn(waiting);
  if (turn.length === 0) {
    enterListeners(draft);
    return;
  }
  draft.enter({ name: 'stopping', stage: 'hooks' });
  draft.set({ hooks: { waiting: rest, begun: [...begun, ...turn.map((hook) => ({ hook, result: undefined }))] } });
  draft.emit({ type: 'runHooks', hooks: turn });
}

export function hookEnded(draft: Draft, { hook, result, failure }: Extract<LifeEvent, { type: 'hookEnded' }>): void {
  const { hooks } = draft.life;
  const running = hooks.begun.filter((one) => one.result === undefined);
  if (!running.some((one) => one.hook === hook)) return;
  draft.set({ hooks: { ...hooks, begun: hooks.begun.map((one) => (one.hook === hook ? { hook, result } : one)) } });
  if (failure) note(draft, failure);
  if (running.length === 1) enterHooks(draft);
}

/** Calls the SIGTERM listeners at the end: they may end the process, and everything else is done by then. */
function enterListeners(draft: Draft): void {
  const { stop, rules } = draft.life;
  draft.enter({ name: 'stopping', stage: 'listeners' });
  if (rules.callsListeners && stop?.reason !== 'failure') draft.emit({ type: 'callListeners' });
  else enterSettling(draft);
}

/** Waits for errors: a rejection of the last handler is known a turn later, and STOPPED must not have reported 0 by then. */
export function enterSettling(draft: Draft): void {
  draft.enter({ name: 'stopping', stage: 'settling' });
  draft.emit({ type: 'logShutdown' });
  draft.emit({ type: 'settleErrors' });
}

export function report(draft: Draft, exitCode: number): void {
  if (!isExitOfSignal(exitCode)) note(draft, exitFailure({ code: exitCode, by: 'process.exitCode', during: 'stop' }));
  draft.enter({ name: 'stopping', stage: 'reporting' });
  const reported = exitOf(draft.life);
  draft.set({ reported });
  draft.emit({ type: 'reportStopped', exit: reported });
}

export function finish(draft: Draft): void {
  draft.enter({ name: 'stopped' });
  draft.emit({ type: 'finish', exit: exitOf(draft.life), processCode: processCodeOf(draft.life) });
}

/** Handles `process.exit()` of the app. Code for containers ends its process at a stop: that is clean if nothing is left to do. */
export function processExit(draft: Draft, code: number): void {
  const { stage, life } = draft;
  const clean = isExitOfSignal(code) && nothingLeft(life, stage);
  if (!clean) {
    const lost = life.hooks.waiting.map(({ name }) => name);
    note(draft, exitFailure({ code, by: 'process.exit', during: duringOf(draft), lost }));
  }
  if (stage && stage !== 'reporting' && stage !== 'settling') draft.emit({ type: 'logShutdown' });
  const exit = draft.life.reported ?? exitOf(draft.life);
  draft.set({ reported: exit });
  draft.emit({ type: 'reportStoppedNow', exit, processCode: clean ? 0 : code || 1 });
  finish(draft);
}

function duringOf({ stage, life }: Draft): 'stop' | 'start' | 'run' {
  if (stage) return 'stop';
  return life.phase.name === 'starting' ? 'start' : 'run';
}

/** Returns whether the app may end the process by itself and no part of the stop is lost. */
function nothingLeft({ failure, transition, started, rules, hooks }: Life, stage: StopStage | undefined): boolean {
  if (failure || !stage) return false;
  if (!BEFORE_HOOKS_END.includes(stage)) return true;
  const hasWork = transition !== undefined || (started && rules.hasStopHandler) || hooks.waiting.length > 0;
  return stage !== 'hooks' && !hasWork;
}
