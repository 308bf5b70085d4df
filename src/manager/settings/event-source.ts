import { DEFAULT_LOG } from '../../scm/event-log.ts';
import type { ServiceSources } from '../../scm/service-source.ts';
import type { SettingChange } from './plan-changes.ts';
import type { EventSourceOption } from '../../scm/service-spec.ts';

/** Changes of an event source, made or planned. */
export interface SourceResult {
  readonly changes: readonly SettingChange[];
  /** Reasons why the source is missing, and how to repair that. */
  readonly warnings: readonly string[];
}

const NOTHING: SourceResult = { changes: [], warnings: [] };

/** Translates the `eventLog` of a definition into the source to install. */
export function sourceOption(
  rule: { readonly source: string; readonly log: string | undefined } | undefined,
): EventSourceOption {
  return rule ? { source: rule.source, ...(rule.log === undefined ? {} : { log: rule.log }) } : false;
}

/**
 * Installs the event source of a service. A source of another program has its own messages and stays as it is. A
 * service works without a source, so missing rights are a warning and not a failure.
 */
export async function ensureEventSource(
  sources: ServiceSources | undefined,
  service: string,
  wanted: EventSourceOption | undefined,
  plan: boolean,
): Promise<SourceResult> {
  if (!sources || wanted === undefined || wanted === false) return NOTHING;
  const { source = service, log = DEFAULT_LOG } = wanted === true ? {} : wanted;
  try {
    const found = await sources.find(source);
    if (found?.upToDate) return NOTHING;
    if (!plan) await sources.install(source, found?.log ?? log);
    const to = `${source} (${found?.log ?? log})`;
    return {
      changes: [{ setting: 'eventSource', from: found && `${to}, of another copy of winsvc`, to }],
      warnings: [],
    };
  } catch (error) {
    return { changes: [], warnings: [warning(service, source, error)] };
  }
}

/** Removes the source that has the service's name, if winsvc made it. A failure is ignored: the source does no harm. */
export async function removeEventSource(sources: ServiceSources | undefined, service: string): Promise<void> {
  try {
    const found = await sources?.find(service);
    if (found?.ours) await sources?.remove(service, found.log);
  } catch {
    // The service is deleted: the source is unused.
  }
}

function warning(service: string, source: string, error: unknown): string {
  const why = error instanceof Error ? error.message : String(error);
  return `The event source "${source}" is not installed, so Event Viewer can't show what the service logs. ${why} To repair it, run as administrator: winsvc config set "${service}" --event-source yes`;
}
