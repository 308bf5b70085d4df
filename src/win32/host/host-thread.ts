import { parentPort, workerData } from 'node:worker_threads';
import { ServiceError } from '../../errors/service-error.ts';
import type { Ffi } from '../ffi/ffi.ts';
import type { HostRegistration } from '../../host/service-host.ts';
import type { CrashBuffer } from '../../util/crash-buffer.ts';
import { HostCore } from '../../host/host-core.ts';
import type { ControlEvent } from '../../scm/controls.ts';
import type { ExitCode } from '../../scm/exit-code.ts';
import type { PendingState } from '../../scm/states.ts';
import { systemClock } from '../../util/clock.ts';
import { formatMs } from '../../util/duration.ts';
import { toError } from '../../util/to-error.ts';
import {
  ERROR_CALL_NOT_IMPLEMENTED,
  ERROR_SERVICE_CANNOT_ACCEPT_CTRL,
  ERROR_SERVICE_REQUEST_TIMEOUT,
  NO_ERROR,
} from '../constants.ts';
import { createKoffiFfi } from '../ffi/koffi.ts';
import { loadKoffiForThread } from '../ffi/load-koffi.ts';
import { createWin32Api } from '../functions.ts';
import { lookAtApp, NATIVE, recordEvent, recordForApp } from './app-records.ts';
import { EMERGENCY_FLUSH } from './app-report.ts';
import { Dispatcher } from './dispatcher.ts';
import { suspendThread } from './suspend-thread.ts';
import { readSystemBudget } from './system-budget.ts';
import { keepingAlive } from './keeping-alive.ts';
import { PostStartTasks } from './post-start-tasks.ts';
import { type FromHostThread, sharedMemory, type ToHostThread } from './messages.ts';

/**
 * Thread that talks to the SCM. All work that the SCM waits for happens here, so that it is answered in milliseconds while
 * the app's event loop is blocked.
 */
const ANSWERS = {
  accepted: NO_ERROR,
  notImplemented: ERROR_CALL_NOT_IMPLEMENTED,
  cannotAccept: ERROR_SERVICE_CANNOT_ACCEPT_CTRL,
} as const;
/** Interval at which the end of the dispatcher is polled, only while connecting, in milliseconds. */
const POLL_MS = 1;
/** Longest wait for the dispatcher after STOPPED. It returns at once; a process that never ends would be worse than a lost thread. */
const JOIN_LIMIT_MS = 5_000;
/** Wait hint before the registration of the app is known. */
const CONNECT_HINT_MS = 30_000;

const port = parentPort;
if (!port) throw new Error('host-thread runs only as a worker of winsvc');
const shared = sharedMemory(workerData as SharedArrayBuffer);

let ffi: Ffi | undefined;
let core: HostCore | undefined;
let dispatcher: Dispatcher | undefined;
let connected = false;
let serviceName = '';
let turnSeen = 0n;
let late: PostStartTasks | undefined;
let crashBuffers: readonly CrashBuffer[] = [];

function post(message: FromHostThread): void {
  port?.postMessage(message);
}

function fail(thrown: unknown): void {
  const error = toError(thrown);
  post({ type: 'failed', code: error instanceof ServiceError ? error.code : 'HOST_LOST', message: error.message });
}

function connect(): void {
  ffi = createKoffiFfi(loadKoffiForThread());
  late = new PostStartTasks(ffi, post);
  const api = createWin32Api(ffi);
  dispatcher = new Dispatcher(ffi, api, {
    serviceMain(name, args) {
      connected = true;
      serviceName = name;
      // The app may still be loading: the SCM gets a status at once.
      if (core) core.start();
      else dispatcher?.report({ state: 'startPending', checkpoint: 0, waitHintMs: CONNECT_HINT_MS, accepts: [] });
      post({ type: 'connected', name, args });
      announce();
    },
    control: (event: ControlEvent) =>
      event.type === 'interrogate' ? NO_ERROR : ANSWERS[core?.control(event) ?? 'cannotAccept'],
    undecodable: (control, error) => late?.undecodable(control, error),
    error: fail,
  });
  Atomics.store(shared.dispatcherThread, 0, dispatcher.thread);
  silenceAtExit(ffi, dispatcher);
  const watch = (): void => {
    if (connected) return;
    if (dispatcher?.ended) {
      post({ type: 'notService' });
      port?.close();
    } else {
      setTimeout(watch, POLL_MS);
    }
  };
  setTimeout(watch, POLL_MS);

  function endProcess(): void {
    api.TerminateProcess(api.GetCurrentProcess(), 1);
  }
  overdue = (exit) => {
    stopped(exit, endProcess);
  };
}

/**
 * Suspends the dispatcher's thread when this one ends before it, by an error: a control that comes later would call into
 * memory that is freed. Its caller gets 1053, and the app has the time to run its hooks.
 */
function silenceAtExit(own: Ffi, { thread }: Dispatcher): void {
  process.on('exit', () => {
    if (Atomics.load(shared.gone, 0) === 0) suspendThread(own, thread);
  });
}

/** Ends a process whose app is blocked beyond its budget. */
let overdue: (exit: ExitCode) => void = () => undefined;

function register(registration: HostRegistration): void {
  // A hosted program may define its own service, which takes over the connection.
  core?.dispose();
  core = new HostCore({
    registration,
    clock: { now: systemClock.now, setTimeout: keepingAlive },
    publish(status) {
      try {
        dispatcher?.report(status);
        post({ type: 'status', status });
        if (status.state === 'running' && dispatcher) late?.running(registration, dispatcher.statusHandle);
      } catch (error) {
        fail(error);
      }
    },
    forward(event, deadline) {
      post({ type: 'control', event, deadline });
      if (event.type === 'sessionChange') late?.sessionChanged(event);
    },
    turned() {
      const turnedAt = Atomics.load(shared.turnedAt, 0);
      const turned = turnedAt !== turnSeen;
      turnSeen = turnedAt;
      return turned;
    },
    systemBudget: (end) => ffi && readSystemBudget(ffi, end, serviceName),
    lastTurn: () => Number(Atomics.load(shared.turnedAt, 0)),
    // Loaded when a pulse is missing, which is rare.
    debugged: () => process.getBuiltinModule('node:inspector').url() !== undefined,
    hung: (blockedMs) => {
      void reportHang(blockedMs, registration);
    },
    overdue: (state, exit) => {
      void reportOverdue(state, exit, registration);
    },
  });
  if (connected) core.start();
  announce();
}

/** Records the stack of an app that blocks its event loop in a pending state, then ends it. */
async function reportOverdue(state: PendingState, exit: ExitCode, registration: HostRegistration): Promise<void> {
  const seen = await lookAtApp(EMERGENCY_FLUSH);
  const message = `The event loop was blocked until the time for ${state} was over.`;
  await recordForApp({ ffi, crashBuffers, registration }, 'HANDLER_TIMEOUT', message, seen);
  overdue(exit);
}

/** Reports a hang: to the app, which records it when its loop runs again; or here, when the service is to fail. */
async function reportHang(blockedMs: number, registration: HostRegistration): Promise<void> {
  const fails = registration.hang?.action === 'fail';
  const seen = await lookAtApp(fails ? EMERGENCY_FLUSH : undefined);
  const { stack } = seen;
  if (!fails) {
    post({ type: 'hung', report: { blockedMs, stack } });
    await recordEvent(
      ffi,
      registration,
      'HANG',
      `The event loop has been blocked for ${formatMs(blockedMs)}.\n${stack ?? NATIVE}`,
    );
    return;
  }
  await recordForApp(
    { ffi, crashBuffers, registration },
    'HANG',
    `The event loop has been blocked for ${formatMs(blockedMs)}.`,
    seen,
  );
  overdue({ win32: ERROR_SERVICE_REQUEST_TIMEOUT });
}

function announce(): void {
  if (connected && core) post({ type: 'registered', startDeadline: core.deadline });
}

function stopped(exit: ExitCode, then: () => void): void {
  if (late)
    late.end(() => {
      leave(exit, then);
    });
  else leave(exit, then);
}

function leave(exit: ExitCode, then: () => void): void {
  core?.stopped(exit);
  const until = systemClock.now() + JOIN_LIMIT_MS;
  // Polled: a control that is being received needs this thread for its answer, and the dispatcher waits for that.
  const join = (): void => {
    if (!dispatcher || dispatcher.ended || systemClock.now() > until) then();
    else setImmediate(join);
  };
  join();
}

function gone(): void {
  Atomics.store(shared.gone, 0, 1);
  Atomics.notify(shared.gone, 0);
  post({ type: 'gone' });
  port?.close();
}

port.on('message', (message: ToHostThread) => {
  switch (message.type) {
    case 'register':
      register(message.registration);
      return;
    case 'report':
      core?.report(message.report);
      return;
    case 'logs':
      crashBuffers = message.crashBuffers;
      return;
    case 'whoIs':
      void late?.answerWho(message.id, message.sessionId);
      return;
    case 'stopped':
      stopped(message.exit, gone);
  }
});

try {
  connect();
} catch (error) {
  fail(error);
  port.close();
}
