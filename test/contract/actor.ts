import { defineService, type NetBindEvent, type Service, type ServiceContext, type StopContext } from 'winsvc';
import type { AppEvent, Plan, Step, Steps } from './plan.ts';

/** What the actor can't do by itself: it runs in a process of its own, or inside the mock. */
export interface Backstage {
  emit(event: AppEvent): void;
  /** Until the test releases the handler. */
  hold(handler: string): Promise<void>;
  wait(ms: number): Promise<void>;
  block(ms: number): Promise<void>;
  exit(code: number): void;
  exitSoon(): void;
  onSigterm(listener: () => unknown): void;
  uncaught(error: Error): void;
  unhandled(error: Error): void;
  openHandles(): void;
  /** What only a real process can do; reports what came of it. */
  extra(name: string): Promise<Readonly<Record<string, unknown>>>;
}

/** The service that the contract is about: it does what the plan says, and tells of every call. */
export function createActor(name: string, plan: Plan, backstage: Backstage): Service<string> {
  const handler =
    (of: string, steps: Steps | undefined) =>
    (ctx: ServiceContext, facts: Readonly<Record<string, unknown>> = {}): unknown => {
      backstage.emit({ event: of, ...factsOf(ctx), ...facts });
      if (steps?.[0] === 'throw') throw new Error(`${of} throws`);
      return perform(of, steps ?? [], ctx);
    };
  const optional = <K extends string>(of: K, steps: Steps | undefined) =>
    (steps ? { [of]: handler(of, steps) } : {}) as Partial<Record<K, (ctx: ServiceContext) => unknown>>;

  async function perform(of: string, steps: Steps, ctx: ServiceContext): Promise<void> {
    for (const step of steps) await performStep(of, step, ctx);
    backstage.emit({ event: `${of} done`, state: ctx.state });
  }

  async function performStep(of: string, step: Step, ctx: ServiceContext): Promise<void> {
    if (typeof step === 'object') {
      await performData(of, step, ctx);
      return;
    }
    const error = new Error(`${of}: ${step}`);
    switch (step) {
      case 'hold':
        return backstage.hold(of);
      case 'throw':
      case 'reject':
        throw error;
      case 'never':
        return new Promise(() => undefined);
      case 'untilAborted':
        return aborted(ctx.signal);
      case 'rejectWhenAborted':
        await aborted(ctx.signal);
        throw error;
      case 'uncaught':
        backstage.uncaught(error);
        return;
      case 'unhandled':
        backstage.unhandled(error);
        return;
      case 'exitSoon':
        backstage.exitSoon();
        return;
      case 'fail':
        ctx.fail(error);
        return;
      case 'stopSelf':
        service.stop();
        return;
      case 'runAgain':
        backstage.emit({ event: 'runAgain', code: await codeOf(service.run()) });
        return;
      case 'openHandles':
        backstage.openHandles();
    }
  }

  async function performData(of: string, step: Exclude<Step, string>, ctx: ServiceContext): Promise<void> {
    if ('wait' in step) await backstage.wait(step.wait);
    else if ('block' in step) await backstage.block(step.block);
    else if ('checkpoint' in step) ctx.checkpoint(step.checkpoint);
    else if ('requestTime' in step) ctx.requestTime(step.requestTime);
    else if ('exit' in step) backstage.exit(step.exit);
    else if ('extra' in step) backstage.emit({ event: step.extra, ...(await backstage.extra(step.extra)) });
    else if ('exitCode' in step) ctx.setExitCode(step.exitCode);
    else if ('failWith' in step) ctx.fail(new Error(`${of}: failWith`), step.failWith);
    else if ('sigterm' in step) {
      const { sigterm, sync = false } = step;
      backstage.onSigterm(() => {
        const work = handler('SIGTERM', sigterm)(ctx);
        return sync ? undefined : work;
      });
    } else {
      const { hook, plan: steps, ...options } = step;
      ctx.onShutdown(hook, handler(hook, steps), options);
    }
  }

  const commands = Object.entries(plan.commands ?? {}).map(([command, { code, plan: steps }]) => {
    return [command, { code, run: handler(command, steps) }] as const;
  });
  const netBind = handler('netBind', plan.netBind);
  const service = defineService<string>({
    name,
    start: handler('start', plan.start),
    ...optional('stop', plan.stop),
    ...optional('pause', plan.pause),
    ...optional('resume', plan.resume),
    on: {
      ...optional('paramChange', plan.paramChange),
      ...(plan.netBind && {
        netBind: (event: NetBindEvent, ctx: ServiceContext) => netBind(ctx, { change: event.change }),
      }),
    },
    commands: Object.fromEntries(commands),
    timeouts: plan.timeouts ?? {},
    signals: plan.signals ?? true,
    recoverAfterFailedStop: plan.recoverAfterFailedStop ?? false,
  });
  return service;
}

/** Runs what the plan has before `service.run()`. */
export async function load(plan: Plan, backstage: Backstage): Promise<void> {
  for (const step of plan.load ?? []) {
    if (typeof step === 'object' && 'wait' in step) await backstage.wait(step.wait);
    else if (typeof step === 'object' && 'exit' in step) backstage.exit(step.exit);
    else throw new Error(`${JSON.stringify(step)} is no step for load`);
  }
}

function factsOf(ctx: ServiceContext | StopContext): Record<string, unknown> {
  return {
    args: ctx.args,
    state: ctx.state,
    timeLeft: ctx.timeLeft,
    ...('reason' in ctx && { reason: ctx.reason, error: ctx.error?.message }),
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}
