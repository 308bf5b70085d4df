import type { ControlEvent } from '../scm/controls.ts';
import { EXIT_OK, type ExitCode, isFailure } from '../scm/exit-code.ts';
import type { SteadyState } from '../scm/states.ts';
import type { StopReason } from './context/context.ts';
import type { Failure } from './failure/failure.ts';
import type { HookResult, RegisteredHook } from './shutdown/hook-queue.ts';
import type { ListenersStep, ShutdownStep } from './shutdown/shutdown-record.ts';

/** Phase of a service's life. Only a stop has stages. */
export type Phase =
  | { readonly name: 'starting' | 'running' | 'pausing' | 'paused' | 'resuming' | 'stopped' }
  | { readonly name: 'stopping'; readonly stage: StopStage };

/** Stages of a stop, in this order. */
export type StopStage =
  /** A start, pause or resume is still under way. */
  | 'transition'
  /** The stop handler runs. */
  | 'stop'
  /** Shutdown hooks run. */
  | 'hooks'
  /** The app's listeners of SIGTERM run. */
  | 'listeners'
  /** Rejections that are already on their way are collected. */
  | 'settling'
  /** STOPPED is being reported. */
  | 'reporting';

/** Handlers that lead from one steady state to another. */
export type TransitionHandler = 'start' | 'pause' | 'resume';

/** Facts about a service that don't change during its life. */
export interface LifeRules {
  readonly hasStopHandler: boolean;
  /** True when a stop calls the app's SIGTERM listeners. */
  readonly callsListeners: boolean;
  /** True when STOPPED has the code of a failure during a requested stop, after which recovery starts the service again. */
  readonly reportsFailedStop: boolean;
  /** Time for a stop that begins inside the service, in milliseconds. */
  readonly stopBudgetMs: number;
  /** Reason of a stop that arrives as STOP. */
  readonly stopReason: 'stop' | 'console';
}

/** A stop that has begun. */
export interface Stop {
  readonly reason: StopReason;
  /** True when the SCM, the system or the user at the console asked for it. */
  readonly requested: boolean;
  /** Milliseconds of the clock. */
  readonly began: number;
  /** Deadline at the beginning, in milliseconds of the clock. */
  readonly deadline: number;
  /** True when `ctx.requestTime` can't extend the deadline, which the system gave. */
  readonly firm: boolean;
}

/** Shutdown hooks: those that wait, and those that began, with the result of those that ended. */
export interface HookProgress {
  readonly waiting: readonly RegisteredHook[];
  readonly begun: readonly { readonly hook: RegisteredHook; readonly result: HookResult | undefined }[];
}

/** State of one life of a service, from the connection to STOPPED. */
export interface Life {
  readonly rules: LifeRules;
  readonly phase: Phase;
  /** Handler under way. It goes on during a stop. */
  readonly transition: TransitionHandler | undefined;
  /** True when `start` has resolved. */
  readonly started: boolean;
  readonly stop: Stop | undefined;
  /** The first failure: it decides the exit code. */
  readonly failure: Failure | undefined;
  /** Exit code that the app asked for with `ctx.setExitCode`. */
  readonly exit: ExitCode;
  readonly hooks: HookProgress;
  readonly stopStep: ShutdownStep | undefined;
  readonly listenersStep: ListenersStep | undefined;
  /** Exit code of the one STOPPED; undefined before it. */
  readonly reported: ExitCode | undefined;
}

/** Events of a life. `at`: the time, in milliseconds of the clock. */
export type LifeEvent =
  /** The host has started the service. */
  | { readonly type: 'connected'; readonly deadline: number }
  | {
      readonly type: 'control';
      readonly event: ControlEvent;
      readonly deadline: number;
      readonly at: number;
      readonly firm?: boolean;
    }
  /** `service.stop()`. */
  | { readonly type: 'stopCalled'; readonly at: number }
  | { readonly type: 'handlerDone'; readonly handler: TransitionHandler }
  | {
      readonly type: 'handlerFailed';
      readonly handler: TransitionHandler;
      readonly failure: Failure;
      readonly at: number;
    }
  /** The handler of a control that changes no state failed. */
  | { readonly type: 'controlFailed'; readonly handler: string; readonly failure: Failure; readonly at: number }
  /** `ctx.fail()`, or an error that the app didn't catch. */
  | { readonly type: 'failed'; readonly failure: Failure; readonly at: number }
  | { readonly type: 'exitCodeSet'; readonly exit: ExitCode }
  | { readonly type: 'hookAdded'; readonly hook: RegisteredHook }
  /** The handler under way didn't end in the time for the stop. */
  | { readonly type: 'transitionLate'; readonly failure: Failure }
  | { readonly type: 'stopEnded'; readonly step: ShutdownStep; readonly failure: Failure | undefined }
  | {
      readonly type: 'hookEnded';
      readonly hook: RegisteredHook;
      readonly result: HookResult;
      readonly failure: Failure | undefined;
    }
  | { readonly type: 'listenersCalled'; readonly count: number }
  | {
      readonly type: 'listenersEnded';
      readonly step: ListenersStep | undefined;
      readonly failure: Failure | undefined;
    }
  /** All errors until now are known. `exitCode`: `process.exitCode` of the app. */
  | { readonly type: 'settled'; readonly exitCode: number }
  /** STOPPED was reported, and the process may end. */
  | { readonly type: 'reported' }
  /** The process is ending with this code: the app called `process.exit()`. */
  | { readonly type: 'processExit'; readonly code: number }
  /** The connection to the SCM is lost. `gone`: the process too. */
  | { readonly type: 'lost'; readonly failure: Failure; readonly gone: boolean; readonly at: number };

/** Work that a step asks the runner for. */
export type LifeEffect =
  | { readonly type: 'call'; readonly handler: TransitionHandler; readonly deadline: number }
  | { readonly type: 'handleControl'; readonly event: ControlEvent }
  | { readonly type: 'reportSettled'; readonly to: SteadyState }
  /** `start` has resolved for the first time. */
  | { readonly type: 'recordStarted' }
  | { readonly type: 'reportStopping'; readonly stop: Stop }
  /** Aborts `ctx.signal`. */
  | { readonly type: 'abortSignal'; readonly reason: StopReason }
  | { readonly type: 'recordFailure'; readonly failure: Failure; readonly first: boolean }
  | { readonly type: 'recordLateControl'; readonly handler: string; readonly failure: Failure }
  | { readonly type: 'warnLateHook'; readonly hook: RegisteredHook }
  | { readonly type: 'awaitTransition' }
  | { readonly type: 'callStop' }
  | { readonly type: 'runHooks'; readonly hooks: readonly RegisteredHook[] }
  | { readonly type: 'callListeners' }
  | { readonly type: 'logShutdown' }
  | { readonly type: 'settleErrors' }
  | { readonly type: 'reportStopped'; readonly exit: ExitCode }
  /** Blocks, bounded, until STOPPED with this code is reported: the process is ending. */
  | { readonly type: 'reportStoppedNow'; readonly exit: ExitCode; readonly processCode: number }
  /** The life is over. */
  | { readonly type: 'finish'; readonly exit: ExitCode; readonly processCode: number };

/** Creates the life of a service that the host has not started yet. */
export function newLife(rules: LifeRules): Life {
  return {
    rules,
    phase: { name: 'starting' },
    transition: undefined,
    started: false,
    stop: undefined,
    failure: undefined,
    exit: EXIT_OK,
    hooks: { waiting: [], begun: [] },
    stopStep: undefined,
    listenersStep: undefined,
    reported: undefined,
  };
}

/** Returns the exit code that STOPPED reports. See docs/recovery.md, 'A stop that fails'. */
export function exitOf({ failure, stop, rules, exit }: Life): ExitCode {
  if (!failure) return exit;
  const counts = failure.chosen || !stop?.requested || rules.reportsFailedStop;
  return counts ? failure.exit : exit;
}

/** Returns the exit code of the process: 0 after a life without a failure. */
export function processCodeOf(life: Life): number {
  if (life.failure) return life.failure.processCode ?? 1;
  return isFailure(exitOf(life)) ? 1 : 0;
}

/** Returns whether the app had anything to do at the stop: a stop handler, a hook, a listener of SIGTERM. */
export function hasShutdownWork({ rules, hooks, listenersStep }: Life): boolean {
  return rules.hasStopHandler || hooks.begun.length > 0 || listenersStep !== undefined;
}

/** Returns the results of the hooks that ended, in the order in which they began. */
export function hookResults({ hooks }: Life): readonly HookResult[] {
  return hooks.begun.flatMap(({ result }) => result ?? []);
}
