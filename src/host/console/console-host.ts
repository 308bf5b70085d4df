import type { HostProcess } from '../process.ts';
import type { HostConnection, HostedApp, HostRegistration, ServiceHost } from '../service-host.ts';
import { HostCore } from '../host-core.ts';
import type { ServiceState } from '../../scm/states.ts';
import { systemClock } from '../../util/clock.ts';
import { tolerateClosedTerminal } from './closed-terminal.ts';
import { watchKeys } from './keys.ts';
import { type OwnExit, withOwnExit } from './own-exit.ts';
import { createTerminalLog, type TerminalLog } from './closed-log.ts';
import { TERMINAL_CLOSED, watchSignals } from './signals.ts';
import { describeOverdue, describeRefusal, describeStatus } from './wording.ts';

/** Options of a terminal as a host. */
export interface ConsoleHostOptions {
  /** Name of the service, for its log. Default: the log of the entry. */
  readonly service?: string;
  readonly process: HostProcess;
  /** Arguments of the service. Default: those of the command line. */
  readonly args?: readonly string[];
  readonly stdin?: NodeJS.ReadStream;
  /** Stream for messages. Default: standard error, because standard output belongs to the app. */
  readonly stderr?: NodeJS.WritableStream;
}

/** Exit code of a program that Ctrl+C ended. */
const INTERRUPTED = 130;

/** Creates the host for a terminal: the same service, controlled by Ctrl+C, signals and keys. */
export function createConsoleHost(options: ConsoleHostOptions): ServiceHost {
  const own = withOwnExit(options.process);
  const log =
    options.service === undefined ? undefined : createTerminalLog(options.service, options.stderr ?? process.stderr);
  // A service without open handles would not keep Node alive until Ctrl+C.
  const alive = setInterval(() => undefined, 2 ** 30).unref();
  return {
    kind: 'console',
    clock: systemClock,
    process: own.process,
    ...(log && { log }),
    keepAlive(does) {
      if (does) alive.ref();
      else alive.unref();
    },
    connect: (registration, app) => Promise.resolve(connect(registration, app, { ...options, log }, own, alive)),
  };
}

function connect(
  registration: HostRegistration,
  app: HostedApp,
  options: ConsoleHostOptions & { readonly log: TerminalLog | undefined },
  own: OwnExit,
  keepAlive: NodeJS.Timeout,
): HostConnection {
  const { stdin = process.stdin, stderr = process.stderr } = options;
  const say = (text: string): void => {
    stderr.write(`${registration.name}: ${text}\n`);
  };
  const canPause = registration.accepts.includes('pauseContinue');
  keepAlive.ref();
  let published: ServiceState = 'stopped';
  let stopAskedBy: string | undefined;
  tolerateClosedTerminal(stderr, process.stdout, process.stderr);

  const core = new HostCore({
    registration,
    clock: systemClock,
    publish(status) {
      if (status.state !== published) say(describeStatus(status, { keys: stdin.isTTY, canPause, stopAskedBy }));
      published = status.state;
      // In a later tick, as from the SCM: the app must not be called from inside its own report.
      queueMicrotask(() => {
        app.status(status);
      });
    },
    forward(event, deadline, firm) {
      const send = (): void => {
        app.control(event, deadline, firm);
      };
      // At once: Node calls the app's listener of the same signal next, and it may end the process.
      if (event.type === 'stop') send();
      else queueMicrotask(send);
    },
    // This code runs on the same event loop.
    turned: () => true,
    overdue: (state) => {
      say(describeOverdue(state));
      leave();
      own.end(1);
    },
  });

  const control = (type: 'stop' | 'pause' | 'continue', limitMs?: number): void => {
    const answer = core.control({ type }, limitMs);
    if (answer !== 'accepted') say(describeRefusal(type, answer, core.status.state));
  };
  const stop = (by: string, limitMs?: number): void => {
    if (stopAskedBy) {
      say(`${by} once more: ending at once`);
      leave();
      own.end(INTERRUPTED);
      return;
    }
    stopAskedBy = by;
    if (by === TERMINAL_CLOSED) options.log?.terminalClosed();
    control('stop', limitMs);
  };
  const unwatchSignals = watchSignals(stop);
  const unwatchKeys = watchKeys(stdin, {
    stop,
    interrupt: () => {
      // Listeners of the app receive it too, as without winsvc.
      process.emit('SIGINT', 'SIGINT');
    },
    pause: () => {
      control('pause');
    },
    resume: () => {
      control('continue');
    },
  });
  function leave(): void {
    core.dispose();
    clearInterval(keepAlive);
    unwatchSignals();
    unwatchKeys();
  }

  core.start();
  return {
    args: options.args ?? process.argv.slice(2),
    startDeadline: core.deadline,
    report: (report) => {
      core.report(report);
    },
    stopped(exit) {
      core.stopped(exit);
      leave();
      return Promise.resolve();
    },
    stoppedNow(exit) {
      core.stopped(exit);
      leave();
    },
  };
}
