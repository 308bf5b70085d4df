import { withEventLog } from './eventlog/write/service-log.ts';
import type { LogSink } from './util/log.ts';
import type { ServiceHost } from './host/service-host.ts';
import type { ServiceOptions } from './service/options/service-options.ts';
import { nodeProcess } from './service/process/node-process.ts';
import { parseServiceOptions } from './service/options/parse-options.ts';
import { type CurrentService, hostedMark } from './hosting/current-service.ts';
import { createHostedService } from './hosting/host-module.ts';
import type { HostOptions } from './hosting/host-options.ts';
import { isServiceRunning } from './is-service-running.ts';
import { Service, type ServiceEnvironment } from './service/service.ts';
import { warnIfUnused } from './service/process/warn-unused.ts';
import { formatLine } from './util/line-log.ts';
import type { ClosableServer, CloseHttpServerOptions, CloseHttpServerResult } from './drain/close-http-server.ts';
import { closeServers } from './drain/close-servers.ts';
import { countRequests } from './drain/count-requests.ts';
import { trackServers } from './drain/server-connections.ts';
import type { HostThreadClient } from './win32/host/host-thread-client.ts';

export type {
  DeviceEvent,
  HardwareProfileEvent,
  NetBindEvent,
  PowerEvent,
  SessionChangeEvent,
  SessionReason,
  TimeChangeEvent,
  CommandEvent,
  UnknownControlEvent,
  ControlEvent,
  ControlType,
  Acceptable,
} from './scm/controls.ts';
export type { ExitCode } from './scm/exit-code.ts';
export type { ServiceStatus, StoppedStatus, PendingStatus, SteadyStatus } from './scm/service-status.ts';
export { STATE_TRANSITIONS, ACTIONS, STATES, canTransition, isPending } from './scm/states.ts';
export type { ServiceState, PendingState, SteadyState, NextState, ServiceAction, ActionFrom } from './scm/states.ts';
export type {
  ServiceContext,
  StopContext,
  StopReason,
  ServiceLog,
  LogData,
  LogMethod,
  HookOptions,
  ShutdownHook,
} from './service/context/context.ts';
export type { DeviceClassName, Guid, PowerSetting, PowerSettingName } from './scm/notifications.ts';
export type { SessionUser } from './scm/sessions.ts';
export type { SessionChange } from './service/context/session-change.ts';
export type {
  ServiceOptions,
  NotificationOptions,
  ControlHandlers,
  CommandOptions,
} from './service/options/service-options.ts';
export type { CrashReportOptions, HangOptions, LoggingOptions, TimeoutOptions } from './scm/run-options.ts';
export type { ServiceEventLogOptions } from './host/log-options.ts';
export type { HookResult } from './service/shutdown/hook-queue.ts';
export type { RunResult } from './service/run-result.ts';
export type { HookStep, ListenersStep, ShutdownRecord, ShutdownStep } from './service/shutdown/shutdown-record.ts';
export type { Service, RunOptions, ServiceEvents } from './service/service.ts';
export type { CurrentService } from './hosting/current-service.ts';
export type {
  HostCommand,
  HostLimits,
  HostSettings,
  HostStopOptions,
  ReadyRule,
  WaitForRule,
} from './scm/host-settings.ts';
export type { HostOptions } from './hosting/host-options.ts';
export type { ClosableServer, CloseHttpServerOptions, CloseHttpServerResult } from './drain/close-http-server.ts';
export { ServiceError, type ServiceErrorOptions } from './errors/service-error.ts';
export { Win32Error, type Win32ErrorContext } from './errors/win32-error.ts';
export type { ErrorCode } from './errors/error-codes.ts';
export type { Win32Symbol } from './errors/win32-symbol.ts';
export type { Duration } from './util/duration.ts';
export type { LogLevel } from './util/log.ts';
// Types of `install`, which winsvc/manager exports too.
export type { EventSourceOption, InstallOptions, ProgramOptions, RecoveryOptions } from './scm/service-spec.ts';
export type { ErrorControl, LaunchProtection, ServiceType, SidType, StartType } from './scm/service-config.ts';
export type { RecoveryAction } from './scm/recovery-config.ts';
export type { Trigger, TriggerData, TriggerEvent } from './scm/trigger.ts';

const stderrLog: LogSink = {
  write(level, message, data) {
    process.stderr.write(formatLine(level, message, data));
  },
};

/**
 * Defines a service. Nothing runs until `run()` is called.
 *
 * @throws ServiceError INVALID_OPTIONS, which lists everything that is wrong.
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
  const service = new Service<Commands>(parseServiceOptions(options), environment);
  warnIfUnused(service);
  return service;
}

/**
 * Creates a service from a program that knows nothing of services, without changing it: `server.js` with its server, loop
 * or queue. The program is loaded as the main module when the service starts.
 *
 * RUNNING when its first server listens (`ready`). At the stop, requests in flight are answered, its signal listeners are
 * called and its servers closed as {@link closeHttpServer} does it. An exit without a stop is a failure.
 *
 * @param path the module, relative to the working folder, or a file URL
 * @throws ServiceError INVALID_OPTIONS when there is no such file, or an option is wrong; the message names all of them.
 * @example
 * await hostModule('./server.js', { name: 'Orders', args: ['--port', '3000'] }).run();
 */
export function hostModule(path: string | URL, options: HostOptions = {}): Service<never> {
  return createHostedService(path, options, environment, servers, isServiceRunning, contain);
}

/**
 * Returns the service that hosts this program (`winsvc install server.js`, or {@link hostModule}); undefined when it runs by
 * itself.
 *
 * @example
 * currentService()?.log.info('cache filled', { entries });
 */
export function currentService(): CurrentService | undefined {
  return hostedMark()?.current;
}

// From the start: at a stop, connections that were accepted before are known too.
const servers = trackServers();

/**
 * Closes servers gracefully: no new connections; requests in flight may finish; connections that wait, were never used or
 * never shook hands are closed at once. Websockets of `ws` get a close frame, HTTP/2 clients GOAWAY, server-sent events
 * end. What is left at the deadline is cut off. A server that doesn't listen and has no connections is closed already.
 *
 * @param server a server of `node:http`, `https`, `http2`, `net` or `tls`, or an array of them. A connection of a server
 *   that isn't HTTP ends when nothing was received or sent for 500 ms.
 * @throws ServiceError INVALID_OPTIONS when it is something else, such as an app of Express.
 * @example
 * ctx.onShutdown('http', (stop) => closeHttpServer(server, { timeout: '15s', signal: stop.signal }));
 */
export function closeHttpServer(
  server: ClosableServer | readonly ClosableServer[],
  options: CloseHttpServerOptions = {},
): Promise<CloseHttpServerResult> {
  return closeServers(servers, server, options);
}

/** Host of this process. */
export interface DetectedHost {
  /** `'scm'`: the SCM started the process as a service. */
  readonly kind: 'scm' | 'console';
  /** Arguments of StartService, or of the command line. */
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

async function pickHost(service: string, consoleArgs?: readonly string[]): Promise<ServiceHost> {
  // A hosted program that defines a service gets the connection of its host.
  const hosted = hostedMark();
  if (hosted) return hosted.takeOver();
  if (process.platform === 'win32') {
    const thread = await startHostThread();
    // Beside the host thread's boot: the SCM waits for both.
    const [{ createScmHost }, connection] = await Promise.all([import('./scm-host.ts'), thread.connection]);
    if (connection.service) return createScmHost(thread, connection, service);
  }
  const { createConsoleHost } = await import('./host/console/console-host.ts');
  return createConsoleHost({ service, process: nodeProcess, ...(consoleArgs && { args: consoleArgs }) });
}

async function runCommand(
  service: Service<string>,
  argv: readonly string[],
  run: (args: readonly string[]) => Promise<number>,
): Promise<number> {
  // The SCM waits for an answer, not for a command line.
  if (process.platform === 'win32' && isToRun(argv)) await startHostThread();
  const { isVerb, runServiceCommand } = await import('./cli/index.ts');
  // Arguments in the command line of an installed service must not keep it from starting.
  if (!isVerb(argv[0]) && (await connectToScm())) return run(argv);
  return runServiceCommand(service, argv, run);
}

/** Returns whether these arguments are those of a service start, and not of a command. */
function isToRun([verb]: readonly string[]): boolean {
  return verb === undefined || verb === 'run';
}

async function contain(options: HostOptions): Promise<void> {
  const { containProgram } = await import('./contain-program.ts');
  containProgram(options);
}

/** Adapters for the system that the service runs on. */
const environment: ServiceEnvironment = {
  pickHost,
  runCommand,
  log: stderrLog,
  withEventLog,
  openRequests: () => countRequests(servers),
};

async function connectToScm(): Promise<{ readonly args: readonly string[] } | undefined> {
  if (process.platform !== 'win32') return undefined;
  const { connection } = await startHostThread();
  const answer = await connection;
  return answer.service ? answer : undefined;
}

async function startHostThread(): Promise<HostThreadClient> {
  const client = await import('./win32/host/host-thread-client.ts');
  return client.startHostThread();
}
