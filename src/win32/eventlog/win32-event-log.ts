import { ServiceError } from '../../errors/service-error.ts';
import { Win32Error } from '../../errors/win32-error.ts';
import type { EventLogService, EventLogTarget, EventSources } from '../../scm/event-log.ts';
import type { FfiFunction, Ffi, FfiValue } from '../ffi/ffi.ts';
import { bindTable } from '../bind-table.ts';
import { createEventSources, openEventSources } from './event-sources.ts';
import { WRITE_FUNCTIONS } from './functions.ts';
import { Registry } from './registry-key.ts';
import { withReportArguments } from './report-arguments.ts';

/** The Event Log service. */
export function createWin32EventLog(ffi: Ffi): EventLogService {
  const api = bindTable(ffi, WRITE_FUNCTIONS);
  const close = (handle: FfiValue): void => {
    api.DeregisterEventSource(handle);
  };
  return {
    open(target) {
      requireSource(createEventSources(new Registry(ffi)), target);
      const handle = api.RegisterEventSourceW(null, target.source);
      if (!handle) throw openError(target, ffi.lastError());
      return {
        report(record) {
          withReportArguments(ffi, record, (args) => {
            if (!api.ReportEventW(handle, ...args)) throw reportError(target, ffi.lastError());
          });
        },
        close() {
          close(handle);
        },
      };
    },
    async openRemote(target, machine) {
      const sources = await openEventSources(ffi, machine);
      try {
        requireSource(sources, target, machine);
      } finally {
        sources.close();
      }
      const { value, lastError } = await api.RegisterEventSourceW.async(`\\\\${machine}`, target.source);
      if (!value) throw openError(target, lastError);
      return {
        report: (record) =>
          withReportArguments(ffi, record, (args) => reportLater(api.ReportEventW, [value, ...args], target)),
        close() {
          close(value);
        },
      };
    },
  };
}

/** RegisterEventSourceW succeeds for any name, and Event Viewer then finds no text: so it is looked up before. */
function requireSource(sources: EventSources, { source, log }: EventLogTarget, machine?: string): void {
  const found = (log === undefined ? sources.logs() : [log]).some((name) => sources.read(name, source) !== undefined);
  if (found) return;
  const where = machine === undefined ? '' : ` on ${machine}`;
  const what = log === undefined ? `The event source "${source}"` : `The event source "${source}" of the log ${log}`;
  throw new ServiceError(
    'EVENT_SOURCE_MISSING',
    `${what} is not installed${where}. Install it once, from an elevated prompt: installEventSource({ source: '${source}'${log === undefined ? '' : `, log: '${log}'`} }).`,
    { details: { source, log, machine } },
  );
}

async function reportLater(report: FfiFunction, args: readonly FfiValue[], target: EventLogTarget): Promise<void> {
  const { value, lastError } = await report.async(...args);
  if (!value) throw reportError(target, lastError);
}

function openError({ source }: EventLogTarget, win32Code: number): Win32Error {
  return new Win32Error({ api: 'RegisterEventSourceW', win32Code, action: `open the event source "${source}"` });
}

function reportError({ source }: EventLogTarget, win32Code: number): Win32Error {
  return new Win32Error({ api: 'ReportEventW', win32Code, action: `write an event of the source "${source}"` });
}
