import { checkOptions } from '../../errors/check-options.ts';
import { objectWith } from '../../util/option-types.ts';
import type { Notifier } from './notice.ts';

/** What this needs of an event log: what `openEventLog` gives; any logger with these three will do. */
export interface EventLogTarget {
  info(message: string): unknown;
  warn(message: string): unknown;
  error(message: string): unknown;
}

/** Writes each notice as a record of its own. @throws ServiceError INVALID_OPTIONS */
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
