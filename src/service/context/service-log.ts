import { describe, isError } from '../../util/describe.ts';
import { LOG_LEVELS, type LogLevel, type LogSink } from '../../util/log.ts';
import { splitData } from '../../util/line-log.ts';
import { toError } from '../../util/to-error.ts';
import type { LogData, LogMethod, ServiceLog } from './context.ts';

/** Makes `ctx.log` on a sink: levels, bindings, and the two orders of message and data. */
export function createServiceLog(port: LogSink, lowest: LogLevel = 'debug', bindings?: LogData): ServiceLog {
  const enabled = (level: LogLevel): boolean => LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(lowest);
  const at = (level: LogLevel): LogMethod => {
    if (!enabled(level)) return () => undefined;
    return (first: unknown, second?: unknown): void => {
      const { message, data } = readCall(first, second);
      port.write(level, message, bindings ? { ...bindings, ...data } : data);
    };
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    isLevelEnabled: enabled,
    child: (more) => createServiceLog(port, lowest, { ...bindings, ...more }),
  };
}

/** Reads the arguments of a call. A log never throws at its caller: something of every argument is written. */
function readCall(first: unknown, second: unknown): { message: string; data?: LogData | undefined } {
  if (typeof first === 'string') return { message: first, data: asData(second) };
  const data = asData(first);
  if (typeof second === 'string') return { message: second, data };
  const { error } = splitData(data);
  const own = data?.['msg'];
  return { message: isError(error) ? toError(error).message : typeof own === 'string' ? own : describe(first), data };
}

function asData(value: unknown): LogData | undefined {
  if (value === undefined) return undefined;
  if (isError(value)) return { error: value };
  return typeof value === 'object' && value !== null ? copyData(value as LogData) : { value };
}

/** Copies data whose getters may throw, or that is a proxy that was revoked. */
function copyData(data: LogData): LogData {
  try {
    return Object.fromEntries(Object.keys(data).map((key) => [key, readKey(data, key)]));
  } catch {
    return { value: describe(data) };
  }
}

function readKey(data: LogData, key: string): unknown {
  try {
    return data[key];
  } catch (error) {
    return `[unreadable: ${toError(error).message}]`;
  }
}
