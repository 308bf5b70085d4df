import type { ServiceSources } from '../../scm/service-source.ts';
import type { SettingChange } from './plan-changes.ts';
import type { EventSourceOption } from '../../scm/service-spec.ts';

/** Where Event Viewer looks first. */
const DEFAULT_LOG = 'Application';

/** What was done about an event source, or would be. */
export interface SourceResult {
  readonly changes: readonly SettingChange[];
  /** Why it isn't there, and how to repair that. */
  readonly warnings: readonly string[];
}

const NOTHING: SourceResult = { changes: [], warnings: [] };

/** The source that a definition writes as. */
export function sourceOption(
  rule: { readonly source: string; readonly log: string | undefined } | undefined,
): EventSourceOption {
  return rule ? { source: rule.source, ...(rule.log === undefined ? {} : { log: rule.log }) } : false;
}

/**
 * Makes the event source of a service. One that is there and isn't ours has messages of its own, and stays as it is. A
 * service works without a source, so it is no failure when there are no rights for it.
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

/** Removes the source that has the service's name, if it is ours. What can't be removed does no harm. */
export async function removeEventSource(sources: ServiceSources | undefined, service: string): Promise<void> {
  try {
    const found = await sources?.find(service);
    if (found?.ours) await sources?.remove(service, found.log);
  } catch {
    // The service is gone, and nobody writes as this source any more.
  }
}

function warning(service: string, source: string, error: unknown): string {
  const why = error instanceof Error ? error.message : String(error);
  return `The event source "${source}" is not installed, so Event Viewer can't show what the service logs. ${why} To repair it, run as administrator: winsvc config set "${service}" --event-source yes`;
}
