import type { ProcessPort } from '../ports/process-port.ts';
import type { HostConnection, HostedApp, HostRegistration, ServiceHostPort } from '../ports/service-host-port.ts';
import { HostCore } from '../status/host-core.ts';
import type { ControlEvent } from '../status/controls.ts';
import { formatExit } from '../status/exit-code.ts';
import type { ServiceStatus } from '../status/service-status.ts';
import type { ServiceState } from '../status/states.ts';
import { systemClock } from '../util/clock.ts';
import { formatMs } from '../util/duration.ts';
import { watchKeys } from './keys.ts';
import { watchSignals } from './signals.ts';

export interface ConsoleHostOptions {
  readonly process: ProcessPort;
  /** The arguments that the service is given. Default: those of the command line. */
  readonly args?: readonly string[];
  readonly stdin?: NodeJS.ReadStream;
  /** Default: standard error, so that the app has standard output for itself. */
  readonly stderr?: NodeJS.WritableStream;
}

/** The exit code of a program that Ctrl+C ended. */
const INTERRUPTED = 130;

/** A terminal as a host: the same service, driven by Ctrl+C, signals and keys. */
export function createConsoleHost(options: ConsoleHostOptions): ServiceHostPort {
  return {
    kind: 'console',
    clock: systemClock,
    process: options.process,
    connect: (registration, app) => Promise.resolve(connect(registration, app, options)),
  };
}

function connect(registration: HostRegistration, app: HostedApp, options: ConsoleHostOptions): HostConnection {
  const { stdin = process.stdin, stderr = process.stderr } = options;
  const say = (text: string): void => {
    stderr.write(`${registration.name}: ${text}\n`);
  };
  const canPause = registration.accepts.includes('pauseContinue');
  // Nothing of a service without open handles would keep Node alive until Ctrl+C.
  const keepAlive = setInterval(() => undefined, 2 ** 30);
  let published: ServiceState = 'stopped';
  let stopAsked = false;

  const core = new HostCore({
    registration,
    clock: systemClock,
    publish(status) {
      if (status.state !== published) say(describe(status, stdin.isTTY, canPause));
      published = status.state;
      // In a later tick, as from the SCM: the app must not find itself called from inside its own report.
      queueMicrotask(() => {
        app.status(status);
      });
    },
    forward(event, deadline) {
      queueMicrotask(() => {
        app.control(event, deadline);
      });
    },
    // This code runs on the loop in question.
    turned: () => true,
    overdue: (state) => {
      say(`still ${state} after its time; ending`);
      leave();
      options.process.exit(1);
    },
  });

  const control = (event: ControlEvent): void => {
    if (core.control(event) !== 'accepted') say(`${event.type} is not possible in state ${core.status.state}`);
  };
  const stop = (why: string): void => {
    if (stopAsked) {
      say(`${why} again: ending at once`);
      leave();
      options.process.exit(INTERRUPTED);
      return;
    }
    stopAsked = true;
    say(`${why}: stopping, again ends at once`);
    control({ type: 'stop' });
  };
  const unwatchSignals = watchSignals(stop);
  const unwatchKeys = watchKeys(stdin, {
    stop,
    pause: () => {
      control({ type: 'pause' });
    },
    resume: () => {
      control({ type: 'continue' });
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

function describe(status: ServiceStatus, tty: boolean, canPause: boolean): string {
  switch (status.state) {
    case 'startPending':
      return 'starting';
    case 'running':
      return `running (${keysHelp(tty, canPause)})`;
    case 'pausePending':
      return 'pausing';
    case 'paused':
      return tty ? 'paused (c continues)' : 'paused';
    case 'continuePending':
      return 'continuing';
    case 'stopPending':
      return `stopping, at most ${formatMs(status.waitHintMs)}`;
    case 'stopped':
      return `stopped (${formatExit(status.exit)})`;
  }
}

function keysHelp(tty: boolean, canPause: boolean): string {
  if (!tty) return 'Ctrl+C stops';
  return canPause ? 'Ctrl+C or q stops, p pauses, c continues' : 'Ctrl+C or q stops';
}
