import { appendFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { ErrorCode } from '../../errors/error-codes.ts';
import { FAILURE_IDS, OTHER_FAILURE_ID } from '../../errors/event-ids.ts';
import { ServiceError } from '../../errors/service-error.ts';
import type { FfiPort } from '../../ports/ffi-port.ts';
import type { HostRegistration } from '../../ports/service-host-port.ts';
import { type Rescue, salvageLogs } from '../../util/rescue.ts';
import { HostCore } from '../../status/host-core.ts';
import type { ControlEvent } from '../../status/controls.ts';
import type { ExitCode } from '../../status/exit-code.ts';
import type { PendingState } from '../../status/states.ts';
import { systemClock } from '../../util/clock.ts';
import { formatMs } from '../../util/duration.ts';
import { formatJsonLine } from '../../util/json-line.ts';
import { toError } from '../../util/to-error.ts';
import {
  ERROR_CALL_NOT_IMPLEMENTED,
  ERROR_SERVICE_CANNOT_ACCEPT_CTRL,
  ERROR_SERVICE_REQUEST_TIMEOUT,
  NO_ERROR,
} from '../constants.ts';
import { createKoffiFfi } from '../ffi/koffi.ts';
import { createWin32Api } from '../functions.ts';
import { LAST_WORDS } from './app-report.ts';
import { Dispatcher } from './dispatcher.ts';
import type { AppView } from './main-thread-stack.ts';
import { readSystemBudget } from './system-budget.ts';
import { keepingAlive } from './keeping-alive.ts';
import { type FromHostThread, sharedMemory, type ToHostThread } from './messages.ts';

/**
 * The thread that the SCM talks to. Everything that the SCM waits for happens here, so it is answered in milliseconds
 * while the app's event loop is blocked.
 */
const ANSWERS = {
  accepted: NO_ERROR,
  notImplemented: ERROR_CALL_NOT_IMPLEMENTED,
  cannotAccept: ERROR_SERVICE_CANNOT_ACCEPT_CTRL,
} as const;
/** How often the end of the dispatcher is looked for, at the connection and at the end only. */
const POLL_MS = 1;
/** After STOPPED, the dispatcher returns at once; a process that never ends would be worse than a lost thread. */
const JOIN_LIMIT_MS = 5_000;
/** Reported before the app has said how long its start may take. */
const CONNECT_HINT_MS = 30_000;

const port = parentPort;
if (!port) throw new Error('host-thread runs only as a worker of winsvc');
const shared = sharedMemory(workerData as SharedArrayBuffer);

const NATIVE = '    at <native code>';

let ffi: FfiPort | undefined;
let core: HostCore | undefined;
let dispatcher: Dispatcher | undefined;
let connected = false;
let turnSeen = 0n;
let rescues: readonly Rescue[] = [];

function post(message: FromHostThread): void {
  port?.postMessage(message);
}

function fail(thrown: unknown): void {
  const error = toError(thrown);
  post({ type: 'failed', code: error instanceof ServiceError ? error.code : 'HOST_LOST', message: error.message });
}

function connect(): void {
  ffi = createKoffiFfi();
  const api = createWin32Api(ffi);
  dispatcher = new Dispatcher(ffi, api, {
    serviceMain(args) {
      connected = true;
      // The app may still be loading: the SCM learns at once that the service is alive.
      if (core) core.start();
      else dispatcher?.report({ state: 'startPending', checkpoint: 0, waitHintMs: CONNECT_HINT_MS, accepts: [] });
      post({ type: 'connected', args });
      announce();
    },
    control: (event: ControlEvent) =>
      event.type === 'interrogate' ? NO_ERROR : ANSWERS[core?.control(event) ?? 'cannotAccept'],
    error: fail,
  });
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
  overdue = () => {
    stopped({ win32: ERROR_SERVICE_REQUEST_TIMEOUT }, endProcess);
  };
}

/** The app's thread is blocked beyond its budget: nothing but the end of the process gets it out. */
let overdue: () => void = () => undefined;

function register(registration: HostRegistration): void {
  core = new HostCore({
    registration,
    clock: { now: systemClock.now, setTimeout: keepingAlive },
    publish(status) {
      try {
        dispatcher?.report(status);
        post({ type: 'status', status });
      } catch (error) {
        fail(error);
      }
    },
    forward(event, deadline) {
      post({ type: 'control', event, deadline });
    },
    turned() {
      const turnedAt = Atomics.load(shared.turnedAt, 0);
      const turned = turnedAt !== turnSeen;
      turnSeen = turnedAt;
      return turned;
    },
    systemBudget: (end) => ffi && readSystemBudget(ffi, end, registration.name),
    lastTurn: () => Number(Atomics.load(shared.turnedAt, 0)),
    // Loaded when a beat is missing, which it hardly ever is.
    debugged: () => process.getBuiltinModule('node:inspector').url() !== undefined,
    hung: (blockedMs) => {
      void reportHang(blockedMs, registration);
    },
    overdue: (state) => {
      void reportOverdue(state, registration);
    },
  });
  if (connected) core.start();
  announce();
}

/** The app is to be ended because it blocks its event loop: what it was doing is told before it is gone. */
async function reportOverdue(state: PendingState, registration: HostRegistration): Promise<void> {
  const seen = await lookAtApp(LAST_WORDS);
  const message = `The event loop was blocked until the time for ${state} was over.`;
  await recordForApp(registration, 'HANDLER_TIMEOUT', message, seen);
  overdue();
}

/** A hang is told when the app hears of it again; one that is to fail never does, so it is told here. */
async function reportHang(blockedMs: number, registration: HostRegistration): Promise<void> {
  const fails = registration.hang?.action === 'fail';
  const seen = await lookAtApp(fails ? LAST_WORDS : undefined);
  const { stack } = seen;
  if (!fails) {
    post({ type: 'hung', report: { blockedMs, stack } });
    await recordEvent(
      registration,
      'HANG',
      `The event loop has been blocked for ${formatMs(blockedMs)}.\n${stack ?? NATIVE}`,
    );
    return;
  }
  await recordForApp(registration, 'HANG', `The event loop has been blocked for ${formatMs(blockedMs)}.`, seen);
  overdue();
}

async function lookAtApp(expression?: string): Promise<AppView> {
  // Loaded when it is needed, which it hardly ever is.
  const { mainThreadStack } = await import('./main-thread-stack.ts');
  return mainThreadStack(expression);
}

/** Saves what the app has logged and can't write, and the record of its end behind it. */
async function recordForApp(
  registration: HostRegistration,
  code: ErrorCode,
  message: string,
  { stack = NATIVE, value: report }: AppView,
): Promise<void> {
  try {
    salvageLogs(rescues);
    const error = { type: 'ServiceError', code, message, stack };
    const [log] = rescues;
    if (log) appendFileSync(log.path, formatJsonLine(registration.name, 'error', message, { report, error }));
  } catch {
    // A full disk must not keep the service from ending.
  }
  await recordEvent(registration, code, [message, ...(report ? [`report: ${report}`] : []), stack].join('\n'));
}

async function recordEvent({ eventSource }: HostRegistration, code: ErrorCode, text: string): Promise<void> {
  if (!eventSource || !ffi) return;
  try {
    const { createWin32EventLog } = await import('../eventlog/win32-event-log.ts');
    const log = createWin32EventLog(ffi).open(eventSource);
    const eventId = FAILURE_IDS[code] ?? OTHER_FAILURE_ID;
    log.report({ severity: 'error', eventId, category: 0, strings: [text], data: undefined, user: undefined });
    log.close();
  } catch {
    // The source isn't installed: the app has said so where it could.
  }
}

function announce(): void {
  if (connected && core) post({ type: 'registered', startDeadline: core.deadline });
}

function stopped(exit: ExitCode, then: () => void): void {
  core?.stopped(exit);
  const until = systemClock.now() + JOIN_LIMIT_MS;
  // Polled, not waited for: a control that is on its way in needs this thread to be answered, and the dispatcher waits for it.
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
      rescues = message.rescues;
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
