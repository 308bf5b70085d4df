import { warnInEventLog, withEventLog } from './eventlog/service-log.ts';
import type { LogPort } from './ports/log-port.ts';
import type { ServiceHostPort } from './ports/service-host-port.ts';
import type { ServiceOptions } from './service/definition.ts';
import { nodeProcess } from './service/node-process.ts';
import { parseServiceOptions } from './service/parse-options.ts';
import { Service } from './service/service.ts';
import { formatLine } from './util/line-log.ts';

export type {
  DeviceEvent,
  HardwareProfileEvent,
  NetBindEvent,
  PowerEvent,
  SessionChangeEvent,
  SessionReason,
  TimeChangeEvent,
  ControlEvent,
  ControlType,
  Acceptable,
} from './status/controls.ts';
export type { ExitCode } from './status/exit-code.ts';
export type { ServiceStatus, StoppedStatus, PendingStatus, SteadyStatus } from './status/service-status.ts';
export { NEXT, MOVES, STATES, canMove, isPending } from './status/states.ts';
export type { ServiceState, PendingState, SteadyState, NextState, Move, MoveFrom } from './status/states.ts';
export type { ServiceContext, StopContext, StopReason, ServiceLog } from './service/context.ts';
export type {
  ServiceOptions,
  ControlHandlers,
  CommandOptions,
  EventLogRule,
  ServiceEventLogOptions,
  TimeoutOptions,
  ServiceDefinition,
} from './service/definition.ts';
export type { HookOptions, HookResult, ShutdownHook } from './service/shutdown-hooks.ts';
export type { RunResult } from './service/runner.ts';
export type { Service, RunOptions, ServiceEvents } from './service/service.ts';
export {
  closeHttpServer,
  type CloseHttpServerOptions,
  type CloseHttpServerResult,
} from './service/close-http-server.ts';
export { ServiceError, type ServiceErrorOptions } from './errors/service-error.ts';
export { Win32Error, type Win32ErrorContext } from './errors/win32-error.ts';
export type { ErrorCode } from './errors/error-codes.ts';
export type { Win32Symbol } from './errors/win32-codes.ts';
export type { Duration } from './util/duration.ts';

const stderrLog: LogPort = {
  write(level, message, data) {
    process.stderr.write(formatLine(level, message, data));
  },
};

/**
 * Defines a service. Nothing runs until `run()` is called.
 *
 * @throws ServiceError INVALID_OPTIONS, which names everything that is wrong.
 * @example
 * const service = defineService({
 *   name: 'OrdersApi',
 *   async start(ctx) {
 *     const server = app.listen(3000);
 *     ctx.onShutdown('http', () => closeHttpServer(server));
 *   },
 * });
 * await service.run();
 */
export function defineService<const Commands extends string = never>(
  options: ServiceOptions<Commands>,
): Service<Commands> {
  return new Service<Commands>(parseServiceOptions(options), {
    pickHost,
    runCommand,
    log: stderrLog,
    withEventLog,
  });
}

/** Who runs this process. */
export interface DetectedHost {
  readonly kind: 'scm' | 'console';
  /** The arguments of StartService, or of the command line. */
  readonly args: readonly string[];
}

/**
 * Finds out whether the SCM started this process, by asking it: the parent's name, the session or a missing console
 * prove nothing. When it did, the service is START_PENDING from then on and `run()` must follow within 30 s.
 *
 * @throws ServiceError FFI_MISSING on Windows when koffi can't be loaded.
 */
export async function detectHost(): Promise<DetectedHost> {
  const host = await connectToScm();
  return host ? { kind: 'scm', args: host.args } : { kind: 'console', args: process.argv.slice(2) };
}

async function pickHost(consoleArgs?: readonly string[]): Promise<ServiceHostPort> {
  const connected = await connectToScm();
  if (connected) {
    const [
      { createWin32ServiceHost },
      { createLazyEventLog },
      { openFfi },
      { openServiceLogs },
      { makePrivateFolder },
    ] = await Promise.all([
      import('./win32/host/win32-service-host.ts'),
      import('./win32/eventlog/lazy-event-log.ts'),
      import('./win32/ffi/open-ffi.ts'),
      import('./logging/service-logs.ts'),
      import('./win32/private-folder.ts'),
    ]);
    const host = createWin32ServiceHost(connected.thread, connected.args, nodeProcess);
    const eventLog = createLazyEventLog(openFfi);
    return {
      ...host,
      eventLog,
      openLogs(definition) {
        const cannotWrite = (error: Error): void => {
          warnInEventLog(eventLog, definition, `The log files can't be written: ${error.message}`);
        };
        const logs = openServiceLogs(definition.name, definition.logging ?? {}, cannotWrite, makePrivateFolder);
        connected.thread.send({ type: 'logs', rescues: logs.rescues });
        return logs;
      },
    };
  }
  const { createConsoleHost } = await import('./console/console-host.ts');
  return createConsoleHost({ process: nodeProcess, ...(consoleArgs && { args: consoleArgs }) });
}

async function runCommand(
  service: Service<string>,
  argv: readonly string[],
  run: (args: readonly string[]) => Promise<number>,
): Promise<number> {
  const { isVerb, runServiceCommand } = await import('./cli/index.ts');
  // Arguments in the command line of an installed service must not keep it from starting.
  if (!isVerb(argv[0]) && (await connectToScm())) return run(argv);
  return runServiceCommand(service, argv, run);
}

async function connectToScm() {
  if (process.platform !== 'win32') return undefined;
  const { startHostThread } = await import('./win32/host/host-thread-client.ts');
  const thread = startHostThread();
  const connection = await thread.connection;
  return connection.service ? { thread, args: connection.args } : undefined;
}
