import { type End, type Fault, STUCK } from './fault.ts';

/** ERROR_EXCEPTION_IN_SERVICE: something threw. */
const FAILED: End = { state: 'stopped', exit: { win32: 1064 }, process: 1 };
/** ERROR_SERVICE_REQUEST_TIMEOUT: something took too long. */
const TIMED_OUT: End = { state: 'stopped', exit: { win32: 1053 }, process: 1 };
/** A stop that was requested reports 0, so that recovery doesn't start the service again. */
const FAILED_STOP: End = { state: 'stopped', exit: { win32: 0 }, process: 1 };
const RUNNING: End = { state: 'running' };

const never = (): Promise<never> => new Promise(() => undefined);
const boom = (): Error => new Error('boom');
function fail(): never {
  throw boom();
}
async function reject(): Promise<never> {
  await Promise.resolve();
  throw boom();
}
const atOnce = (): number => 0;
/** How long the host waits for a blocked app behind its deadline, and how old the last pulse can be. */
const GRACE_MS = 500;
const PULSE_MS = 700;
/** How long the host waits for the stack of an app that gives none. */
const NO_ANSWER_MS = 1_000;
/** Longer than anything here waits. */
const FOR_EVER_MS = 120_000;
/** Lines of the floods: half a megabyte, and well beyond the megabyte that the host thread sees. */
const FLOOD = 10_000;
const LARGE_FLOOD = 60_000;

const STOP_AND_HOOKS = ['stop', 'hooks'] as const;
const uncaught = { code: 'UNCAUGHT', text: 'Uncaught error in the app' } as const;
const handlerFailed = { code: 'HANDLER_FAILED', text: 'boom' } as const;
const handlerLate = { code: 'HANDLER_TIMEOUT', text: 'was not done after' } as const;
const blocked = { code: 'HANDLER_TIMEOUT', text: STUCK, by: 'host thread' } as const;
const all = { lines: 'all', deadline: atOnce } as const;
const crash = (process: number) =>
  ({ end: { state: 'crashed', process }, ran: [], lines: 'flushed', deadline: atOnce }) as const;

/** Every way to fail, in the order of docs/reliability.md, which has its table from here. */
export const FAULTS: readonly Fault[] = [
  { name: 'a throw in `start`', start: fail, end: FAILED, ran: ['hooks'], record: handlerFailed, ...all },
  { name: 'a rejection in `start`', start: reject, end: FAILED, ran: ['hooks'], record: handlerFailed, ...all },
  {
    name: '`start` never resolves',
    start: never,
    end: TIMED_OUT,
    ran: ['hooks'],
    record: handlerLate,
    lines: 'all',
    deadline: ({ start }) => start,
  },
  {
    name: 'a blocked event loop in `start`',
    start: (app) => app.block(FOR_EVER_MS),
    end: TIMED_OUT,
    ran: [],
    record: blocked,
    lines: 'all',
    deadline: ({ start }) => start,
    lagMs: GRACE_MS,
  },
  {
    name: 'an uncaught exception',
    running: (app) => {
      app.uncaught(boom());
    },
    end: FAILED,
    ran: STOP_AND_HOOKS,
    record: { code: 'UNCAUGHT', text: 'boom' },
    ...all,
  },
  {
    name: 'an unhandled rejection',
    running: (app) => {
      app.unhandled(boom());
    },
    end: FAILED,
    ran: STOP_AND_HOOKS,
    record: { code: 'UNCAUGHT', text: 'boom' },
    ...all,
  },
  {
    name: '`throw undefined`',
    running: (app) => {
      app.uncaught(undefined);
    },
    end: FAILED,
    ran: STOP_AND_HOOKS,
    record: uncaught,
    ...all,
  },
  {
    name: 'a text is thrown',
    running: (app) => {
      app.uncaught('boom in a text');
    },
    end: FAILED,
    ran: STOP_AND_HOOKS,
    record: { code: 'UNCAUGHT', text: 'boom in a text' },
    ...all,
  },
  {
    name: '`Promise.reject()` without a reason',
    running: (app) => {
      app.unhandled(undefined);
    },
    end: FAILED,
    ran: STOP_AND_HOOKS,
    record: uncaught,
    ...all,
  },
  {
    name: 'a throw in a control handler',
    running: fail,
    end: FAILED,
    ran: STOP_AND_HOOKS,
    record: handlerFailed,
    ...all,
  },
  {
    name: 'a control handler never resolves',
    running: never,
    end: TIMED_OUT,
    ran: STOP_AND_HOOKS,
    record: handlerLate,
    lines: 'all',
    deadline: ({ control }) => control,
  },
  {
    name: 'two failures at once',
    running: (app) => {
      app.uncaught(boom());
      app.unhandled(new Error('the second one'));
      throw new Error('the first one');
    },
    end: FAILED,
    ran: STOP_AND_HOOKS,
    record: { code: 'HANDLER_FAILED', text: 'the first one' },
    realOnly: true,
    ...all,
  },
  {
    name: 'a failure, and a listener of `error` that throws',
    running: (app) => {
      app.onError(() => {
        throw new Error('so does the listener');
      });
      fail();
    },
    end: FAILED,
    ran: STOP_AND_HOOKS,
    record: handlerFailed,
    ...all,
  },
  {
    name: '`process.exit(0)`',
    running: (app) => {
      app.exit(0);
    },
    end: { state: 'stopped', exit: { win32: 1067 }, process: 1 },
    ran: [],
    record: { code: 'PROCESS_EXIT', text: 'process.exit(0)' },
    ...all,
  },
  {
    name: '`process.exit(3)`',
    running: (app) => {
      app.exit(3);
    },
    end: { state: 'stopped', exit: { service: 3 }, process: 3 },
    ran: [],
    record: { code: 'PROCESS_EXIT', text: 'process.exit(3)' },
    ...all,
  },
  {
    name: "a blocked event loop, `hang.action: 'report'`",
    running: (app) => app.block(app.times.hang + 4_000),
    hang: 'report',
    end: RUNNING,
    ran: [],
    record: { code: 'HANG', text: STUCK },
    lines: 'all',
    deadline: ({ hang }) => hang,
    lagMs: PULSE_MS,
  },
  {
    name: "a blocked event loop, `hang.action: 'fail'`",
    running: (app) => app.block(FOR_EVER_MS),
    hang: 'fail',
    end: TIMED_OUT,
    ran: [],
    record: { code: 'HANG', text: STUCK, by: 'host thread' },
    lines: 'all',
    deadline: ({ hang }) => hang,
    lagMs: PULSE_MS,
  },
  { name: 'a throw in `stop`', stop: fail, end: FAILED_STOP, ran: STOP_AND_HOOKS, record: handlerFailed, ...all },
  {
    name: 'an unhandled rejection in `stop`',
    stop: (app) => {
      app.unhandled(boom());
    },
    end: FAILED_STOP,
    ran: STOP_AND_HOOKS,
    record: { code: 'UNCAUGHT', text: 'boom' },
    ...all,
  },
  {
    name: '`stop` never resolves',
    stop: never,
    end: FAILED_STOP,
    ran: ['stop'],
    record: handlerLate,
    lines: 'all',
    deadline: ({ stop }) => stop,
  },
  {
    name: 'a blocked event loop in `stop`',
    stop: (app) => app.block(FOR_EVER_MS),
    end: FAILED_STOP,
    ran: ['stop'],
    record: blocked,
    lines: 'all',
    deadline: ({ stop }) => stop,
    lagMs: GRACE_MS,
  },
  {
    name: 'a throw in a shutdown hook',
    hook: fail,
    end: FAILED_STOP,
    ran: STOP_AND_HOOKS,
    record: { code: 'HOOK_FAILED', text: 'boom' },
    ...all,
  },
  {
    name: 'a shutdown hook never resolves',
    hook: never,
    end: FAILED_STOP,
    ran: STOP_AND_HOOKS,
    record: { code: 'HOOK_FAILED', text: 'took longer than' },
    lines: 'all',
    deadline: ({ hook }) => hook,
  },
  {
    name: 'the thread that talks to the SCM is lost',
    running: (app) => app.loseHost(),
    end: { state: 'crashed', process: 1 },
    ran: STOP_AND_HOOKS,
    record: { code: 'HOST_LOST', text: 'Service Control Manager' },
    realOnly: true,
    ...all,
  },
  {
    name: `${FLOOD.toLocaleString('en')} lines in one turn of the event loop, then an exception`,
    running: (app) => {
      app.say(FLOOD);
      app.uncaught(boom());
    },
    end: FAILED,
    ran: STOP_AND_HOOKS,
    record: uncaught,
    realOnly: true,
    ...all,
  },
  {
    name: `${LARGE_FLOOD.toLocaleString('en')} lines in one turn, then \`process.exit(3)\``,
    running: (app) => {
      app.say(LARGE_FLOOD);
      app.exit(3);
    },
    end: { state: 'stopped', exit: { service: 3 }, process: 3 },
    ran: [],
    record: { code: 'PROCESS_EXIT', text: 'process.exit(3)' },
    realOnly: true,
    ...all,
  },
  {
    name: `${LARGE_FLOOD.toLocaleString('en')} lines in one turn, which then never ends (\`hang.action: 'fail'\`)`,
    running: (app) => {
      app.say(LARGE_FLOOD);
      return app.block(FOR_EVER_MS);
    },
    hang: 'fail',
    hasFlood: true,
    end: TIMED_OUT,
    ran: [],
    record: { code: 'HANG', text: STUCK, by: 'host thread' },
    lines: 'all',
    deadline: ({ hang }) => hang,
    lagMs: PULSE_MS,
    realOnly: true,
  },
  {
    name: "the same, and it is native code that doesn't return",
    running: (app) => {
      app.say(LARGE_FLOOD);
      app.blockInNativeCode();
    },
    hang: 'fail',
    hasFlood: true,
    end: TIMED_OUT,
    ran: [],
    record: { code: 'HANG', text: '<native code>', by: 'host thread' },
    lines: 'first MiB',
    deadline: ({ hang }) => hang,
    lagMs: PULSE_MS + NO_ANSWER_MS,
    realOnly: true,
  },
  {
    name: 'the event source is not installed, and an exception',
    running: (app) => {
      app.uncaught(boom());
    },
    outside: 'no event source',
    end: FAILED,
    ran: STOP_AND_HOOKS,
    record: { code: 'UNCAUGHT', text: 'boom' },
    ...all,
  },
  {
    name: 'the disk of the logs is full, and has room again later',
    outside: 'full disk',
    end: RUNNING,
    ran: [],
    warning: 'ENOSPC',
    realOnly: true,
    ...all,
  },
  {
    name: 'the log folder is deleted while the service runs',
    outside: 'folder deleted',
    end: RUNNING,
    ran: [],
    lines: 'since then',
    deadline: atOnce,
    realOnly: true,
  },
  {
    name: "the log folder can't be made: a file has its name",
    outside: 'no folder',
    end: RUNNING,
    ran: [],
    warning: "can't be written",
    lines: 'none',
    deadline: atOnce,
    realOnly: true,
  },
  { name: '`process.abort()`', running: (app) => app.abort(), realOnly: true, ...crash(134) },
  {
    name: 'out of memory',
    running: (app) => {
      app.exhaustMemory();
    },
    node: ['--max-old-space-size=40'],
    realOnly: true,
    ...crash(134),
  },
  { name: 'killed from outside (TerminateProcess)', outside: 'kill', ...crash(1) },
];
