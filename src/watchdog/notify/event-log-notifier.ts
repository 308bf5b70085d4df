import { checkOptions } from '../../errors/check-options.ts';
import { objectWith } from '../../util/option-types.ts';
import type { Notifier } from './notice.ts';

/** Log that takes the records: what `openEventLog` returns, `ctx.log`, or any logger with these methods. */
export interface EventLogTarget {
  /** Writes an information. */
  info(message: string): unknown;
  /** Writes a warning. */
  warn(message: string): unknown;
  /** Writes an error. */
  error(message: string): unknown;
}

/** Writes one record for each notice. @throws ServiceError INVALID_OPTIONS */
export function eventLogNotifier(log: EventLogTarget): Notifier {
  checkOptions('eventLogNotifier', objectWith('info', 'warn', 'error'), log);
  return {
    name: 'event log',
    async notify({ notices, omitted }) {
      for (const { severity, text } of notices) await log[severity](text);
      if (omitted > 0) await log.warn(`${omitted} more notices were left out.`);
    },
  };
}
