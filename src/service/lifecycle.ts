import { Draft } from './draft.ts';
import type { Life, LifeEffect, LifeEvent, TransitionHandler } from './life.ts';
import {
  BEFORE_HOOKS_END,
  beginStop,
  enterHooks,
  enterSettling,
  enterStop,
  fail,
  finish,
  hookEnded,
  note,
  ownStop,
  processExit,
  report,
} from './stop-stages.ts';

/** Next value of a life, and the effects to perform, in order. */
export interface Step {
  readonly life: Life;
  readonly effects: readonly LifeEffect[];
}

const TRANSITIONS = {
  start: { during: 'starting', to: 'running' },
  pause: { during: 'pausing', to: 'paused' },
  resume: { during: 'resuming', to: 'running' },
} as const;

/**
 * Computes the change that an event makes to the life of a service. Pure: the runner performs the effects. An event that
 * the phase doesn't expect changes nothing.
 */
export function step(life: Life, event: LifeEvent): Step {
  const draft = new Draft(life);
  if (life.phase.name !== 'stopped') apply(draft, event);
  return { life: draft.life, effects: draft.effects };
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
      // A handler that rejects because the service stops has not failed.
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
