import type { AppReport, HostConnection, HostedApp, ServiceHost } from '../../src/host/service-host.ts';
import type { ExitCode } from '../../src/scm/exit-code.ts';
import { parseServiceOptions } from '../../src/service/options/parse-options.ts';
import type { ServiceOptions } from '../../src/service/options/service-options.ts';
import type { RunResult } from '../../src/service/run-result.ts';
import { ServiceRunner } from '../../src/service/runner.ts';
import { MockProcess } from '../../src/testing/host/mock-process.ts';
import type { LogLevel } from '../../src/util/log.ts';
import { createManualClock } from './manual-clock.ts';

/** A runner with a host that only records, and a clock to turn. */
export function createRunnerRig(options: Omit<ServiceOptions, 'name'>) {
  const clock = createManualClock();
  const reports: AppReport[] = [];
  const stopped: ExitCode[] = [];
  const errors: Error[] = [];
  const log: { level: LogLevel; message: string }[] = [];
  let app: HostedApp | undefined;
  const process = new MockProcess(() => {
    app?.lost(new Error('the process is gone'));
  });
  const connection: HostConnection = {
    args: [],
    startDeadline: clock.now() + 30_000,
    report: (report) => reports.push(report),
    stopped: async (exit) => {
      stopped.push(exit);
      await Promise.resolve();
    },
    stoppedNow: (exit) => {
      // As the hosts do: STOPPED is reported once.
      if (stopped.length === 0) stopped.push(exit);
    },
  };
  const host: ServiceHost = {
    kind: 'mock',
    clock,
    process,
    connect: (_registration, hosted) => {
      app = hosted;
      return Promise.resolve(connection);
    },
  };
  const sink = { write: (level: LogLevel, message: string) => void log.push({ level, message }) };
  const runner = new ServiceRunner(parseServiceOptions({ name: 'Rig', ...options }), host, sink, {
    status: () => undefined,
    control: () => undefined,
    checkpoint: () => undefined,
    error: (error) => errors.push(error),
  });
  let result: RunResult | undefined;
  const done = runner.run().then((value) => {
    result = value;
    return value;
  });
  return {
    clock,
    runner,
    process,
    reports,
    stopped,
    errors,
    log,
    done,
    get result() {
      return result;
    },
    get app(): HostedApp {
      if (!app) throw new Error('not connected yet');
      return app;
    },
  };
}
