import { FAILURE_IDS, OTHER_FAILURE_ID } from '../../errors/event-ids.ts';
import { ServiceError } from '../../errors/service-error.ts';
import type { EventLogService, EventSeverity } from '../../scm/event-log.ts';
import { LOG_LEVELS, type LogLevel, type LogSink } from '../../util/log.ts';
import type { ServiceHost } from '../../host/service-host.ts';
import type { LogSettings, ResolvedEventLogOptions } from '../../host/log-options.ts';
import { describeError, splitData } from '../../util/line-log.ts';
import { formatRecord, isEventNumber, without } from './format-record.ts';
import { createLocalSink } from './local-sink.ts';

const SEVERITIES: Readonly<Record<LogLevel, EventSeverity>> = {
  debug: 'info',
  info: 'info',
  warn: 'warn',
  error: 'error',
};

/** Event ids of `ctx.log` by level. docs/event-log.md lists them: rules of monitors rely on them. */
const LEVEL_IDS: Readonly<Record<LogLevel, number>> = { debug: 1, info: 1, warn: 2, error: 3 };

/** Makes a log whose records go to the event log of the host too, from a level up. The first such record loads the FFI library. */
export function withEventLog(log: LogSink, definition: LogSettings, host: ServiceHost): LogSink {
  const rule = definition.eventLog;
  if (!rule || !host.eventLog) return log;
  const sink = createLocalSink({
    port: host.eventLog,
    target: rule,
    clock: host.clock,
    refused: {
      because(error) {
        log.write(rule.asked ? 'warn' : 'info', `Nothing is written to the event log: ${error.message}`);
      },
      // The log has the record already.
      entry: () => undefined,
    },
  });
  return {
    flush() {
      log.flush?.();
    },
    gather() {
      log.gather?.();
    },
    write(level, message, data) {
      log.write(level, message, data);
      if (!isDue(level, rule) || isHang(data?.['error'])) return;
      const text = formatEntry(message, data, definition.name);
      const record = {
        severity: SEVERITIES[level],
        eventId: idOf(level, splitData(data).error, data?.['eventId']),
        category: 0,
        strings: [text],
        data: undefined,
        user: undefined,
      };
      sink.write({ record, split: true, text });
    },
  };
}

/** Writes one warning to the event log, where there is no other log. */
export function warnInEventLog(port: EventLogService, { eventLog }: LogSettings, message: string): void {
  if (!eventLog) return;
  try {
    const log = port.open(eventLog);
    log.report({
      severity: 'warn',
      eventId: LEVEL_IDS.warn,
      category: 0,
      strings: [message],
      data: undefined,
      user: undefined,
    });
    log.close();
  } catch {
    // The source isn't installed either: no target is left.
  }
}

function isDue(level: LogLevel, rule: ResolvedEventLogOptions): boolean {
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(rule.level);
}

/** The host has written a hang to the event log at once; the log gets it when the event loop turns again. */
function isHang(error: unknown): boolean {
  return error instanceof ServiceError && error.code === 'HANG';
}

function idOf(level: LogLevel, error: unknown, asked: unknown): number {
  if (isEventNumber(asked)) return asked;
  if (error === undefined) return LEVEL_IDS[level];
  return (error instanceof ServiceError ? FAILURE_IDS[error.code] : undefined) ?? OTHER_FAILURE_ID;
}

function formatEntry(message: string, data: Readonly<Record<string, unknown>> | undefined, service: string): string {
  const { error, rest } = splitData(data);
  const hidden = [
    ...(isEventNumber(rest['eventId']) ? ['eventId'] : []),
    ...(rest['service'] === service ? ['service'] : []),
  ];
  return formatRecord(message, without(rest, hidden), error === undefined ? '' : describeError(error, message));
}
