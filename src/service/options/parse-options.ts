import { chooseInstance } from './instance.ts';
import { ACCEPTABLE, type Acceptable } from '../../scm/controls.ts';
import { type Duration, toMs } from '../../util/duration.ts';
import type { ResolvedNotificationOptions } from '../../scm/notifications.ts';
import type { ResolvedHangOptions } from '../../host/service-host.ts';
import type { ResolvedCrashReportOptions, ResolvedEventLogOptions } from '../../host/log-options.ts';
import type { TimeoutOptions } from '../../scm/run-options.ts';
import type { ServiceDefinition, ServiceOptions } from './service-options.ts';
import { checkServiceOptions } from './check-service-options.ts';
import { isPlain } from './plain-options.ts';

const DEFAULT_TIMEOUTS = {
  start: '30s',
  stop: '20s',
  pause: '20s',
  resume: '20s',
  control: '30s',
} as const satisfies TimeoutOptions;

/** Checks the options of `defineService`. @throws ServiceError INVALID_OPTIONS that lists everything that is wrong. */
export function parseServiceOptions(options: ServiceOptions): ServiceDefinition {
  if (!isPlain(options)) checkServiceOptions(options);
  const { instance } = options;
  return typeof instance === 'string' ? chooseInstance(toDefinition(options), instance) : toDefinition(options);
}

function toDefinition(options: ServiceOptions): ServiceDefinition {
  const ms = (phase: keyof typeof DEFAULT_TIMEOUTS): number =>
    toMs(options.timeouts?.[phase] ?? DEFAULT_TIMEOUTS[phase]);
  const { stop, pause, resume } = options;
  return {
    name: options.name,
    baseName: options.name,
    baseDisplayName: options.displayName ?? options.name,
    hasInstances: options.instance === true || typeof options.instance === 'string',
    instance: undefined,
    displayName: options.displayName ?? options.name,
    description: options.description,
    start: options.start.bind(options),
    stop: stop?.bind(options),
    pause: pause?.bind(options),
    resume: resume?.bind(options),
    on: options.on ?? {},
    notifications: notificationRule(options.notifications),
    commands: Object.entries(options.commands ?? {}).map(([name, command]) => ({
      name,
      code: command.code,
      run: command.run.bind(command),
    })),
    budgets: {
      start: ms('start'),
      pause: ms('pause'),
      resume: ms('resume'),
      stop: ms('stop'),
      // The time of the system, unless the options ask for less.
      shutdown: atSystemEnd(options.timeouts?.shutdown),
      preshutdown: atSystemEnd(options.timeouts?.preshutdown),
    },
    controlTimeoutMs: ms('control'),
    hang: hangRule(options.hang),
    accepts: acceptedControls(options),
    signals: options.signals ?? true,
    recoverAfterFailedStop: options.recoverAfterFailedStop ?? false,
    crashReport: crashReportRule(options.crashReport),
    eventLog: eventLogRule(options),
    logging: options.logging === false ? undefined : (options.logging ?? {}),
    install: options.install ?? {},
  };
}

function notificationRule(wanted: ServiceOptions['notifications'] = {}): ResolvedNotificationOptions | undefined {
  const { power = [], devices = [] } = wanted;
  const plain = (names: readonly string[]): readonly string[] => [
    ...new Set(names.map((name) => (name.includes('-') ? `{${name.replace(/[{}]/g, '').toLowerCase()}}` : name))),
  ];
  return power.length + devices.length > 0 ? { power: plain(power), devices: plain(devices) } : undefined;
}

function hangRule(hang: ServiceOptions['hang'] = {}): ResolvedHangOptions | undefined {
  if (hang === false) return undefined;
  return { timeoutMs: toMs(hang.timeout ?? '30s'), action: hang.action ?? 'report' };
}

function atSystemEnd(timeout: Duration | undefined): number {
  return timeout === undefined ? Number.POSITIVE_INFINITY : toMs(timeout);
}

function crashReportRule(crashReport: ServiceOptions['crashReport'] = false): ResolvedCrashReportOptions | undefined {
  if (crashReport === false) return undefined;
  const { dir, keep = 5 } = crashReport === true ? {} : crashReport;
  return { dir, keep };
}

function eventLogRule({ name, eventLog }: ServiceOptions): ResolvedEventLogOptions | undefined {
  if (eventLog === false) return undefined;
  const { source = name, log, level = 'warn' } = typeof eventLog === 'object' ? eventLog : {};
  return { source, log, level, asked: eventLog !== undefined };
}

function acceptedControls(options: ServiceOptions): Acceptable[] {
  const handled = new Set<string>(
    Object.entries(options.on ?? {}).flatMap(([name, handler]) => (handler ? [name] : [])),
  );
  handled.add('stop').add(options.shutdown ?? 'shutdown');
  if (options.pause) handled.add('pauseContinue');
  return ACCEPTABLE.filter((name) => handled.has(name));
}
