import { describe } from '../util/describe.ts';
import { FAILURE_IDS, OTHER_FAILURE_ID } from '../errors/event-ids.ts';
import { ServiceError } from '../errors/service-error.ts';
import type { EventLogService, EventSeverity } from '../scm/event-log.ts';
import { LOG_LEVELS, type LogLevel, type LogSink } from '../util/log.ts';
import type { ServiceHost } from '../host/service-host.ts';
import type { LogSettings, ResolvedEventLogOptions } from '../host/log-options.ts';
import { describeError, splitData } from '../util/line-log.ts';
import { createLocalSink } from './local-sink.ts';

const SEVERITIES: Readonly<Record<LogLevel, EventSeverity>> = {
  debug: 'info',
  info: 'info',
  warn: 'warn',
  error: 'error',
};

/** What `ctx.log` writes has an id for its level. docs/event-log.md lists all of these: rules of monitors rely on them. */
const LEVEL_IDS: Readonly<Record<LogLevel, number>> = { debug: 1, info: 1, warn: 2, error: 3 };

/** A log whose records go to the event log of the host too, from a level up. The record that fails first is what loads the FFI library. */
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
      // The log has it already.
      entry: () => undefined,
    },
  });
  return {
    flush() {
      log.flush?.();
    },
    write(level, message, data) {
      log.write(level, message, data);
      if (!isDue(level, rule) || isHang(data?.['error'])) return;
      const text = formatRecord(message, data, definition.name);
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

/** One warning, where there is no log to write it to. */
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
    // The source isn't installed either: there is nobody left to tell.
  }
}

function isDue(level: LogLevel, rule: ResolvedEventLogOptions): boolean {
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(rule.level);
}

/** The host has told of it at once; the log hears of it when the app turns again. */
function isHang(error: unknown): boolean {
  return error instanceof ServiceError && error.code === 'HANG';
}

function idOf(level: LogLevel, error: unknown, asked: unknown): number {
  if (Number.isInteger(asked) && Number(asked) >= 0 && Number(asked) <= 65_535) return Number(asked);
  if (error === undefined) return LEVEL_IDS[level];
  return (error instanceof ServiceError ? FAILURE_IDS[error.code] : undefined) ?? OTHER_FAILURE_ID;
}

/** The message, then its data line by line, then the stack: Event Viewer shows lines as they are. */
function formatRecord(message: string, data: Readonly<Record<string, unknown>> | undefined, service: string): string {
  const { error, rest } = splitData(data);
  const facts = Object.entries(rest)
    .filter(([key, value]) => key !== 'eventId' && !(key === 'service' && value === service))
    .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : describe(value)}`);
  const stack = error === undefined ? '' : describeError(error, message);
  return [message, facts.join('\n'), stack].filter((part) => part !== '').join('\n\n');
}
