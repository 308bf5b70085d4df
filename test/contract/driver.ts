import type { Acceptable, ExitCode, ServiceState } from 'winsvc';
import type { AppEvent, Plan } from './plan.ts';

/** The SCM that the contract is run on. */
export type ScmKind = 'mock' | 'wine' | 'windows';

/** What a program can ask of the SCM with ControlService. A number is sent as it is. */
export type Control =
  | 'stop'
  | 'pause'
  | 'continue'
  | 'interrogate'
  | 'paramChange'
  | 'netBindAdd'
  | 'netBindRemove'
  | 'netBindEnable'
  | 'netBindDisable'
  | number;

/** What QueryServiceStatusEx says. `exit` only when stopped; checkpoint and wait hint are 0 where there is none. */
export interface Seen {
  readonly state: ServiceState;
  readonly accepts: readonly Acceptable[];
  readonly checkpoint: number;
  readonly waitHintMs: number;
  readonly exit: ExitCode | undefined;
}

/** An SCM, and the means to put services into it. Both sides, mock and real, give the same scenarios the same view. */
export interface ScmDriver {
  readonly kind: ScmKind;
  install(plan: Plan, options?: { readonly name?: string }): Promise<ServiceUnderTest>;
  /** Removes what is installed, and ends what still runs. */
  clean(): Promise<void>;
  close(): Promise<void>;
}

/** A service in the SCM. Waits fail with what was last seen; no wait has a fixed length. */
export interface ServiceUnderTest {
  readonly name: string;
  /** StartService: resolves when the SCM has accepted the start. Rejects with the Win32 code, see {@link refusal}. */
  start(...args: string[]): Promise<void>;
  /** {@link start}, and RUNNING. */
  run(...args: string[]): Promise<void>;
  /** ControlService: the status that it gives, and how long the caller had to wait. */
  control(control: Control): Promise<{ readonly status: Seen; readonly ms: number }>;
  status(): Promise<Seen>;
  waitFor(state: ServiceState): Promise<Seen>;
  /** Until the status is as wanted. */
  until(what: string, wanted: (status: Seen) => boolean): Promise<Seen>;
  /** The exit code of the process, when it is gone. */
  gone(): Promise<number>;
  /** TerminateProcess. */
  kill(): Promise<void>;
  /** From now until STOPPED, every status that differs from the one before. Call it before the start. */
  record(): Promise<() => Promise<readonly Seen[]>>;
  /** What the app told since the last start. */
  readonly events: readonly AppEvent[];
  /** The first event of this name since the last start, or the nth. */
  event(name: string, nth?: number): Promise<AppEvent>;
  /** Lets a handler that does `'hold'` go on. */
  release(handler: string): void;
}

/** The Win32 code that a call was refused with; 0 when it wasn't. */
export async function refusal(call: Promise<unknown>): Promise<number> {
  try {
    await call;
    return 0;
  } catch (error) {
    const { win32Code, code } = error as { win32Code?: unknown; code?: unknown };
    if (typeof win32Code === 'number') return win32Code;
    if (typeof code === 'number') return code;
    throw error;
  }
}
