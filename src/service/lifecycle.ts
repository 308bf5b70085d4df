import { isExitOfSignal, exitFailure } from './failure/failure.ts';
import {
  exitOf,
  processCodeOf,
  type Life,
  type LifeEffect,
  type LifeEvent,
  type Phase,
  type Stop,
  type StopStage,
  type TransitionHandler,
} from './life.ts';
import type { Failure } from './failure/failure.ts';
import { takeTurn } from './shutdown/hook-queue.ts';

/** The next value of a life, and the work to do, in this order. */
export interface Step {
  readonly life: Life;
  readonly effects: readonly LifeEffect[];
}

const TRANSITIONS = {
  start: { during: 'starting', to: 'running' },
  pause: { during: 'pausing', to: 'paused' },
  resume: { during: 'resuming', to: 'running' },
} as const;

/** Stages in which hooks can still get their turn. */
const BEFORE_HOOKS_END: readonly StopStage[] = ['transition', 'stop', 'hooks'];

/**
 * Decides what an event changes in the life of a service. Pure: the runner performs the effects. An event that the phase
 * doesn't expect changes nothing.
 */
export function step(life: Life, event: LifeEvent): Step {
  const draft = new Draft(life);
  if (life.phase.name !== 'stopped') apply(draft, event);
  return { life: draft.life, effects: draft.effects };
}

/** A life during a step. */
class Draft {
  life: Life;
  readonly effects: LifeEffect[] = [];

  constructor(life: Life) {
    this.life = life;
  }
  set(change: Partial<Life>): void {
    this.life = { ...this.life, ...change };
  }
  emit(effect: LifeEffect): void {
    this.effects.push(effect);
  }
  enter(phase: Phase): void {
    this.set({ phase });
  }
  get stage(): StopStage | undefined {
    return this.life.phase.name === 'stopping' ? this.life.phase.stage : undefined;
  }
}

function apply(draft: Draft, event: LifeEvent): void {
  const { life, stage } = draft;
  switch (event.type) {
    case 'connected':
      if (life.phase.name === 'starting' && !life.transition) call(draft, 'start', event.deadline);
      return;
    case 'control':
      control(draft, event);
      return;
    case 'stopCalled':
      beginStop(draft, ownStop(life, 'stop', event.at));
      return;
    case 'handlerDone':
      if (life.transition === event.handler) transitionDone(draft, event.handler);
      return;
    case 'handlerFailed':
      if (life.transition !== event.handler) return;
      draft.set({ transition: undefined });
      // A handler that gives up because the service stops has not failed.
      if (!stage) fail(draft, event.failure, event.at);
      else if (stage === 'transition') enterStop(draft);
      return;
    case 'controlFailed':
      if (stage) draft.emit({ type: 'recordLateControl', handler: event.handler, failure: event.failure });
      else fail(draft, event.failure, event.at);
      return;
    case 'failed':
      fail(draft, event.failure, event.at);
      return;
    case 'exitCodeSet':
      draft.set({ exit: event.exit });
      return;
    case 'hookAdded':
      if (stage && !BEFORE_HOOKS_END.includes(stage)) draft.emit({ type: 'warnLateHook', hook: event.hook });
      else draft.set({ hooks: { ...life.hooks, waiting: [event.hook, ...life.hooks.waiting] } });
      return;
    case 'transitionLate':
      if (stage !== 'transition') return;
      note(draft, event.failure);
      enterStop(draft);
      return;
    case 'stopEnded':
      if (stage !== 'stop') return;
      draft.set({ stopStep: event.step });
      if (event.failure) note(draft, event.failure);
      enterHooks(draft);
      return;
    case 'hookEnded':
      hookEnded(draft, event);
      return;
    case 'listenersCalled':
      if (stage === 'listeners') draft.set({ listenersStep: { listeners: event.count, ms: 0, outcome: 'done' } });
      return;
    case 'listenersEnded':
      if (stage !== 'listeners') return;
      draft.set({ listenersStep: event.step });
      if (event.failure) note(draft, event.failure);
      enterSettling(draft);
      return;
    case 'settled':
      if (stage === 'settling') report(draft, event.exitCode);
      return;
    case 'reported':
      if (stage === 'reporting') finish(draft);
      return;
    case 'processExit':
      processExit(draft, event.code);
      return;
    case 'lost':
      if (!event.gone) {
        fail(draft, event.failure, event.at);
        return;
      }
      note(draft, event.failure);
      finish(draft);
  }
}

function control(draft: Draft, { event, deadline, at, firm = false }: Extract<LifeEvent, { type: 'control' }>): void {
  const { phase, rules } = draft.life;
  switch (event.type) {
    case 'stop':
      beginStop(draft, { reason: rules.stopReason, requested: true, began: at, deadline, firm });
      return;
    case 'shutdown':
    case 'preshutdown':
      beginStop(draft, { reason: event.type, requested: true, began: at, deadline, firm: true });
      return;
    case 'pause':
      if (phase.name === 'running') call(draft, 'pause', deadline);
      return;
    case 'continue':
      if (phase.name === 'paused') call(draft, 'resume', deadline);
      return;
    default:
      draft.emit({ type: 'handleControl', event });
  }
}

function call(draft: Draft, handler: TransitionHandler, deadline: number): void {
  draft.enter({ name: TRANSITIONS[handler].during });
  draft.set({ transition: handler });
  draft.emit({ type: 'call', handler, deadline });
}

function transitionDone(draft: Draft, handler: TransitionHandler): void {
  const { started } = draft.life;
  draft.set({ transition: undefined, started: started || handler === 'start' });
  if (draft.stage === 'transition') enterStop(draft);
  if (draft.stage) return;
  const { to } = TRANSITIONS[handler];
  draft.enter({ name: to });
  draft.emit({ type: 'reportSettled', to });
  if (!started) draft.emit({ type: 'recordStarted' });
}

function ownStop({ rules }: Life, reason: 'stop' | 'failure', at: number): Stop {
  return { reason, requested: false, began: at, deadline: at + rules.stopBudgetMs, firm: false };
}

function fail(draft: Draft, failure: Failure, at: number): void {
  if (draft.stage) note(draft, failure);
  else beginStop(draft, ownStop(draft.life, 'failure', at), failure);
}

/** The first failure is the error on record. Those after it are warnings. */
function note(draft: Draft, failure: Failure): void {
  const first = draft.life.failure === undefined;
  if (first) draft.set({ failure });
  draft.emit({ type: 'recordFailure', failure, first });
}

function beginStop(draft: Draft, stop: Stop, failure?: Failure): void {
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

function enterStop(draft: Draft): void {
  draft.enter({ name: 'stopping', stage: 'stop' });
  if (draft.life.started && draft.life.rules.hasStopHandler) draft.emit({ type: 'callStop' });
  else enterHooks(draft);
}

function enterHooks(draft: Draft): void {
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

function hookEnded(draft: Draft, { hook, result, failure }: Extract<LifeEvent, { type: 'hookEnded' }>): void {
  const { hooks } = draft.life;
  const running = hooks.begun.filter((one) => one.result === undefined);
  if (!running.some((one) => one.hook === hook)) return;
  draft.set({ hooks: { ...hooks, begun: hooks.begun.map((one) => (one.hook === hook ? { hook, result } : one)) } });
  if (failure) note(draft, failure);
  if (running.length === 1) enterHooks(draft);
}

/** Last, because the app may end the process there: everything else is done by then. */
function enterListeners(draft: Draft): void {
  const { stop, rules } = draft.life;
  draft.enter({ name: 'stopping', stage: 'listeners' });
  if (rules.callsListeners && stop?.reason !== 'failure') draft.emit({ type: 'callListeners' });
  else enterSettling(draft);
}

/** A rejection of the last handler is known a turn later: STOPPED must not have reported 0 by then. */
function enterSettling(draft: Draft): void {
  draft.enter({ name: 'stopping', stage: 'settling' });
  draft.emit({ type: 'logShutdown' });
  draft.emit({ type: 'settleErrors' });
}

function report(draft: Draft, exitCode: number): void {
  if (!isExitOfSignal(exitCode)) note(draft, exitFailure({ code: exitCode, by: 'process.exitCode', during: 'stop' }));
  draft.enter({ name: 'stopping', stage: 'reporting' });
  const reported = exitOf(draft.life);
  draft.set({ reported });
  draft.emit({ type: 'reportStopped', exit: reported });
}

function finish(draft: Draft): void {
  draft.enter({ name: 'stopped' });
  draft.emit({ type: 'finish', exit: exitOf(draft.life), processCode: processCodeOf(draft.life) });
}

/** Code for containers ends its process when it is asked to stop. That is clean where nothing is left to do. */
function processExit(draft: Draft, code: number): void {
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

/** Whether the app may end the process by itself and no part of the stop is lost. */
function nothingLeft({ failure, transition, started, rules, hooks }: Life, stage: StopStage | undefined): boolean {
  if (failure || !stage) return false;
  if (!BEFORE_HOOKS_END.includes(stage)) return true;
  const hasWork = transition !== undefined || (started && rules.hasStopHandler) || hooks.waiting.length > 0;
  return stage !== 'hooks' && !hasWork;
}
