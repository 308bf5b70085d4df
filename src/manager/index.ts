import { checkOptions } from '../errors/check-options.ts';
import { requireWindows } from '../errors/require-windows.ts';
import type { MachineParts } from '../scm/machine-parts.ts';
import { systemClock } from '../util/clock.ts';
import { ServiceManager } from './service-manager.ts';
import { machineSchema } from './spec/spec-schema.ts';

export { ServiceManager } from './service-manager.ts';
export type { AnyService, Installable, ListOptions } from './service-manager.ts';
export { ServiceClient } from './service-client.ts';
export type { RestartOptions } from './control/restart-service.ts';
export type { StartOptions } from './control/start-service.ts';
export type { StopOptions } from './control/stop-service.ts';
export type { UninstallOptions } from './control/uninstall-service.ts';
export { STOP_AREAS, STOP_CAUSES } from '../scm/stop-reason.ts';
export type { StopArea, StopCause } from '../scm/stop-reason.ts';
export type { WatchOptions } from './control/watch-service.ts';
export type { EnsureResult } from './settings/configure-service.ts';
export type { SettingChange } from './settings/plan-changes.ts';
export type {
  EventSourceOption,
  InstallOptions,
  ProgramOptions,
  RecoveryOptions,
  ServiceSpec,
} from '../scm/service-spec.ts';
export type { WaitOptions } from './control/wait-for.ts';
export { needsPassword } from './spec/accounts.ts';
export { buildCommandLine, isUnquotedPath, parseCommandLine, quoteArgument } from './spec/command-line.ts';
export type {
  HostCommand,
  HostLimits,
  HostSettings,
  HostStopOptions,
  ReadyRule,
  WaitForRule,
} from '../scm/host-settings.ts';
export type { CrashReportOptions, HangOptions, LoggingOptions, TimeoutOptions } from '../scm/run-options.ts';
export type {
  ControlReport,
  ErrorControl,
  InstalledServiceConfig,
  LaunchProtection,
  ListedService,
  ServiceConfig,
  ServiceReport,
  ServiceType,
  Setting,
  SidType,
  StartType,
} from '../scm/service-config.ts';
export type { RecoveryAction, RecoveryConfig } from '../scm/recovery-config.ts';
export type { Trigger, TriggerData, TriggerEvent } from '../scm/trigger.ts';
export type { StopReasonInfo } from '../scm/scm-client.ts';
// Types of other entries that these mention.
export type { Acceptable } from '../scm/controls.ts';
export type { ExitCode } from '../scm/exit-code.ts';
export type { ServiceState } from '../scm/states.ts';
export type { Duration } from '../util/duration.ts';

/** Options of {@link openServiceManager}. */
export interface OpenServiceManagerOptions {
  /** Name or address of another machine. Default: this one. */
  readonly machine?: string;
}

/**
 * Opens the Service Control Manager. The first call connects to it. Each call asks for the least access that it needs,
 * so reading needs no administrator.
 *
 * Source: https://learn.microsoft.com/windows/win32/services/service-security-and-access-rights
 *
 * @throws ServiceError WINDOWS_ONLY, FFI_MISSING
 * @example
 * const scm = await openServiceManager();
 * console.log(await scm.service('Spooler').status());
 * await scm.close();
 */
export async function openServiceManager(options: OpenServiceManagerOptions = {}): Promise<ServiceManager> {
  checkOptions('openServiceManager', machineSchema, options);
  requireWindows('openServiceManager');
  const [{ openFfi }, { Win32ScmClient }] = await Promise.all([
    import('../win32/ffi/open-ffi.ts'),
    import('../win32/scm/win32-scm-client.ts'),
  ]);
  const client = new Win32ScmClient(openFfi(), options.machine);
  // The event source of another machine needs a message file there, and its folders can't be reached.
  return new ServiceManager(client, systemClock, options.machine === undefined ? await openParts() : {});
}

/**
 * Returns the JSON Schema (2020-12) of a {@link ServiceSpec}, for editors and for tools that write specs. Values that
 * JSON Schema can't describe, such as durations, are left open: `ensure` checks them.
 */
export async function serviceSpecJsonSchema(): Promise<Record<string, unknown>> {
  const { toSpecJsonSchema } = await import('./spec/json-schema.ts');
  return toSpecJsonSchema();
}

async function openParts(): Promise<MachineParts> {
  const [eventLog, { defaultMessageFile }, { openEventSources }, win32, { openFfi }] = await Promise.all([
    import('../eventlog/sources/service-sources.ts'),
    import('../eventlog/sources/default-message-file.ts'),
    import('../win32/eventlog/event-sources.ts'),
    import('../win32/folders/service-folders.ts'),
    import('../win32/ffi/open-ffi.ts'),
  ]);
  return {
    sources: eventLog.createServiceSources(() => openEventSources(openFfi(), undefined), defaultMessageFile()),
    folders: win32.createServiceFolders(openFfi),
  };
}
