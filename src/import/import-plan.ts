import type { HostSettings } from '../scm/host-settings.ts';
import type { ServiceSpec } from '../scm/service-spec.ts';

/** Tools whose services can be imported. */
export const IMPORT_TOOLS = ['nssm', 'winsw', 'node-windows', 'pm2', 'shawl', 'servy'] as const;

/** One of {@link IMPORT_TOOLS}. */
export type ImportTool = (typeof IMPORT_TOOLS)[number];

/** Setting of the other tool, and the setting of winsvc that it becomes. */
export interface TakenSetting {
  /** Name of the setting in the other tool. */
  readonly setting: string;
  /** Path in the spec or the host block, such as `host.logging.dir`, or a few words. */
  readonly becomes: string;
}

/** Setting that becomes something similar. */
export interface ApproximatedSetting extends TakenSetting {
  /** Difference between the two. */
  readonly why: string;
}

/** Setting that isn't taken over. */
export interface DroppedSetting {
  /** Name of the setting in the other tool. */
  readonly setting: string;
  /** Reason, and what to do instead where there is something. */
  readonly why: string;
  /** `true`: winsvc doesn't know the name. */
  readonly isUnknown?: true;
}

/** Everything that a service of another tool becomes. Each of its settings is in exactly one of the three lists. */
export interface ImportPlan {
  /** Tool that the service comes from. */
  readonly from: ImportTool;
  /** Spec of the service. */
  readonly spec: ServiceSpec;
  /** Settings of the hosted program. */
  readonly host: HostSettings;
  /** Settings that mean the same here. */
  readonly taken: readonly TakenSetting[];
  /** Settings that mean something similar here. */
  readonly approximated: readonly ApproximatedSetting[];
  /** Settings that are left out. */
  readonly dropped: readonly DroppedSetting[];
}
