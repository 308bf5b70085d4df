import type { AppReport, HangReport, HostRegistration } from '../../host/service-host.ts';
import type { CrashBuffer } from '../../util/crash-buffer.ts';
import type { ErrorCode } from '../../errors/error-codes.ts';
import type { ControlEvent } from '../../scm/controls.ts';
import type { Win32ErrorContext } from '../../errors/win32-error.ts';
import type { SessionUser } from '../../scm/sessions.ts';
import type { ExitCode } from '../../scm/exit-code.ts';
import type { ServiceStatus } from '../../scm/service-status.ts';

/** Messages between the app and the host thread. Plain data: they are cloned on the way. */
export type ToHostThread =
  | { readonly type: 'register'; readonly registration: HostRegistration }
  | { readonly type: 'report'; readonly report: AppReport }
  /** Asks for the user of a session. */
  | { readonly type: 'whoIs'; readonly id: number; readonly sessionId: number }
  /** Logs whose last lines are saved when the app is ended from outside. */
  | { readonly type: 'logs'; readonly crashBuffers: readonly CrashBuffer[] }
  | { readonly type: 'stopped'; readonly exit: ExitCode };

/** Messages of the host thread to the app. */
export type FromHostThread =
  /** The SCM called ServiceMain, with the name that the service is installed with. */
  | { readonly type: 'connected'; readonly name: string; readonly args: readonly string[] }
  /** The SCM didn't start this process. */
  | { readonly type: 'notService' }
  | { readonly type: 'registered'; readonly startDeadline: number }
  | { readonly type: 'control'; readonly event: ControlEvent; readonly deadline: number }
  /** Answer to `whoIs`. */
  | { readonly type: 'user'; readonly id: number; readonly user: SessionUser | undefined }
  | { readonly type: 'warned'; readonly warning: HostWarning }
  | { readonly type: 'hung'; readonly report: HangReport }
  | { readonly type: 'status'; readonly status: ServiceStatus }
  /** STOPPED was reported and the dispatcher has returned. */
  | { readonly type: 'gone' }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string };

/** Warning of the host. Errors lose their class on the way: a Win32Error is created again from its context. */
export type HostWarning = { readonly message: string } | { readonly win32: Win32ErrorContext };

/** Memory that both threads share. */
export interface SharedMemory {
  /** 1 when STOPPED was reported and the dispatcher has ended. */
  readonly gone: Int32Array;
  /** Time of the app's last pulse, in whole milliseconds of the clock. */
  readonly turnedAt: BigInt64Array;
  /** Handle of the dispatcher's thread; 0 before there is one. */
  readonly dispatcherThread: BigInt64Array;
}

const BYTES = 24;

/** Lays out the shared memory. */
export function sharedMemory(buffer: SharedArrayBuffer = new SharedArrayBuffer(BYTES)): SharedMemory {
  return {
    gone: new Int32Array(buffer, 0, 1),
    turnedAt: new BigInt64Array(buffer, 8, 1),
    dispatcherThread: new BigInt64Array(buffer, 16, 1),
  };
}
