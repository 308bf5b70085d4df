import type { HostConnection, HostedApp, HostRegistration, ServiceHost } from '../../host/service-host.ts';
import type { HostProcess } from '../../host/process.ts';
import { PULSE_MS } from '../../host/hang-monitor.ts';
import { isPending } from '../../scm/states.ts';
import { systemClock } from '../../util/clock.ts';
import { createDeferred } from '../../util/deferred.ts';
import type { ServiceStatus } from '../../scm/service-status.ts';
import type { SessionUser } from '../../scm/sessions.ts';
import { Win32Error } from '../../errors/win32-error.ts';
import type { Connection, HostThreadClient } from './host-thread-client.ts';
import type { HostWarning } from './messages.ts';

/** Interval of the pulse in pending states: two in each renewal, so that no renewal misses a loop that runs. */
const PENDING_PULSE_MS = 500;
/** Longest delay of the app's `process.exit()` until STOPPED is reported, in milliseconds. */
const EXIT_LIMIT_MS = 5_000;

/** Creates the host for the SCM. `thread` must be connected. */
export function createWin32ServiceHost(
  thread: HostThreadClient,
  { name, args }: Extract<Connection, { service: true }>,
  nodeProcess: HostProcess,
): ServiceHost {
  return {
    kind: 'scm',
    serviceName: name,
    clock: systemClock,
    process: withIdleWatch(nodeProcess, thread),
    keepAlive(does) {
      thread.keepAlive(does);
    },
    async connect(registration: HostRegistration, app: HostedApp): Promise<HostConnection> {
      const registered = createDeferred<number>();
      const gone = createDeferred<undefined>();
      let lost = false;
      const asked = new Map<number, (user: SessionUser | undefined) => void>();
      let last = 0;
      const pulse = createPulse(thread, registration.hang !== undefined);
      thread.listen({
        registered: (startDeadline) => {
          registered.resolve(startDeadline);
        },
        control: app.control,
        hung: app.hung,
        warned: (warning) => {
          app.warned(warningOf(warning));
        },
        user: (id, user) => {
          asked.get(id)?.(user);
          asked.delete(id);
        },
        status: (status) => {
          pulse.follow(status);
          app.status(status);
        },
        gone: () => {
          gone.resolve(undefined);
        },
        lost: (error) => {
          pulse.stop();
          lost = true;
          app.lost(error);
          for (const answer of asked.values()) answer(undefined);
          // Nothing can be reported any more.
          registered.reject(error);
          gone.resolve(undefined);
        },
      });
      thread.send({ type: 'register', registration });
      return {
        args,
        startDeadline: await registered.promise,
        sessionUser(sessionId) {
          if (lost) return Promise.resolve(undefined);
          const id = ++last;
          return new Promise((resolve) => {
            asked.set(id, resolve);
            thread.send({ type: 'whoIs', id, sessionId });
          });
        },
        report(report) {
          thread.send({ type: 'report', report });
        },
        async stopped(exit) {
          thread.send({ type: 'stopped', exit });
          await gone.promise;
          pulse.stop();
        },
        stoppedNow(exit) {
          if (lost) return;
          thread.send({ type: 'stopped', exit });
          thread.waitUntilGone(EXIT_LIMIT_MS);
        },
      };
    },
  };
}

/** Lets the host thread keep the process alive, except while the app alone must show whether it has work left. */
function withIdleWatch(port: HostProcess, thread: HostThreadClient): HostProcess {
  return {
    ...port,
    appListeners() {
      const found = port.appListeners?.();
      return (
        found && {
          count: found.count,
          call() {
            thread.keepAlive(false);
            return found.call(() => {
              // STOPPED is still to be reported.
              thread.keepAlive(true);
            });
          },
        }
      );
    },
  };
}

function warningOf(warning: HostWarning): Error {
  return 'win32' in warning ? new Win32Error(warning.win32) : new Error(warning.message);
}

/** Creates the pulse: while a state is pending, and more slowly while the service runs and hangs are to be detected. */
function createPulse(
  thread: HostThreadClient,
  whileRunning: boolean,
): { follow(status: ServiceStatus): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearInterval(timer);
  };
  return {
    follow({ state }) {
      stop();
      if (state === 'stopped' || (!isPending(state) && !whileRunning)) return;
      thread.pulse();
      timer = setInterval(
        () => {
          thread.pulse();
        },
        isPending(state) ? PENDING_PULSE_MS : PULSE_MS,
      ).unref();
    },
    stop,
  };
}
