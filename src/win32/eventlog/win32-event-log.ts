import { ServiceError } from '../../errors/service-error.ts';
import { Win32Error } from '../../errors/win32-error.ts';
import type { EventLogService, EventLogTarget, EventSources } from '../../scm/event-log.ts';
import type { FfiFunction, Ffi, FfiValue } from '../ffi/ffi.ts';
import { bindTable } from '../bind-table.ts';
import { createEventSources, openEventSources } from './event-sources.ts';
import { WRITE_FUNCTIONS } from './functions.ts';
import { Registry } from '../registry/registry-key.ts';
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
      const warning = await checkRemoteSource(ffi, target, machine);
      const { value, lastError } = await api.RegisterEventSourceW.async(`\\\\${machine}`, target.source);
      if (!value) throw openError(target, lastError);
      return {
        warning,
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

/** How a machine says that its Remote Registry service is off, or closed to the caller. */
const NO_REMOTE_REGISTRY = ['ERROR_ACCESS_DENIED', 'ERROR_BAD_NETPATH', 'RPC_S_SERVER_UNAVAILABLE'];

/** Looks the source up. Writing doesn't need the registry: where it can't be read, the warning is returned. */
async function checkRemoteSource(ffi: Ffi, target: EventLogTarget, machine: string): Promise<string | undefined> {
  try {
    const sources = await openEventSources(ffi, machine);
    try {
      requireSource(sources, target, machine);
    } finally {
      sources.close();
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof Win32Error) || !NO_REMOTE_REGISTRY.includes(error.symbol ?? '')) throw error;
    return `Whether the event source "${target.source}" is installed on ${machine} is unknown, because its registry can't be read; records are written all the same. ${error.message}`;
  }
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
