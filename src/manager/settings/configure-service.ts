import type { ScmClient } from '../../scm/scm-client.ts';
import type { Setting } from '../../scm/service-config.ts';
import type { MachineParts } from '../../scm/machine-parts.ts';
import { parseSpec, type SpecRequest } from '../spec/parse-spec.ts';
import { applyChanges } from './apply-changes.ts';
import { ensureEventSource } from './event-source.ts';
import { prepareFolders } from './service-folders.ts';
import { planChanges, type SettingChange } from './plan-changes.ts';
import { resolveTarget } from './resolve-target.ts';

/** Result of `install`, `ensure` and `configure`. */
export interface EnsureResult {
  /** `true`: the service was installed, or would be. */
  readonly created: boolean;
  /** Changes in the order in which they are made. Empty: the service is up to date. */
  readonly changes: readonly SettingChange[];
  /** Settings that this system doesn't have (it answers 124): they were not changed. */
  readonly unsupported: readonly Setting[];
  /**
   * Parts that failed without failing the call, such as an event source without the rights for it. Each says how to
   * repair it.
   */
  readonly warnings: readonly string[];
  /** `true`: nothing was changed, because `plan` was set. */
  readonly planned: boolean;
}

/**
 * Makes a service what a spec says, in four steps: parse the spec, resolve it against the service, plan the changes,
 * apply them. When a change fails, the ones before it are undone.
 *
 * @throws ServiceError INVALID_OPTIONS; Win32Error 1073, 1060, 5, …
 */
export async function configureService(
  client: ScmClient,
  { sources, folders }: MachineParts,
  request: SpecRequest,
): Promise<EnsureResult> {
  const settings = parseSpec(request);
  const target = await resolveTarget(client, request, settings);
  const planned = planChanges(target);
  const refused = request.plan ? [] : await applyChanges(client, target, planned);
  const folderWarnings = request.plan ? [] : await prepareFolders(folders, target, planned, request.spec.folders);
  const source = await ensureEventSource(sources, request.name, target.eventSource, request.plan);
  return {
    created: target.current === undefined,
    changes: [...planned.filter(({ setting }) => !(refused as string[]).includes(setting)), ...source.changes],
    unsupported: [...target.unsupported, ...refused],
    warnings: [...folderWarnings, ...source.warnings],
    planned: request.plan,
  };
}
