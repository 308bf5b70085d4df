import * as z from 'zod/mini';
import type { Check } from '../health/index.ts';
import type { ServiceManager } from '../manager/index.ts';
import type { Duration } from '../util/duration.ts';
import { urlWithMachine } from '../util/machine-url.ts';
import { abortSignal, duration, flag, fn, objectWith, serviceName, text, wholeNumber } from '../util/option-types.ts';
import type { SourceLimits } from './source/source-limits.ts';

/** Step of an upgrade or a rollback, for a progress line. */
export type SwitchStep =
  'recover' | 'copy' | 'prepare' | 'stop' | 'switch' | 'start' | 'ready' | 'stable' | 'undo' | 'clean';

/** Options that {@link upgradeService} and {@link rollbackService} share. */
export interface SwitchOptions {
  /** Name of the service. */
  readonly service: string;
  /**
   * URL that must answer with 200 to 299 after the start. `{machine}` in it becomes the name of the service's machine. A
   * loopback URL is refused for a service on another machine. Default: none, RUNNING is enough.
   */
  readonly readyUrl?: string;
  /** Health checks that must pass after the start, such as `tcpCheck({ port: 3000 })`. Default: none. */
  readonly readyChecks?: readonly Check[];
  /** Longest time from RUNNING until `readyUrl` and `readyChecks` pass. Default 30 s. */
  readonly readyTimeout?: Duration;
  /** Time that the service must stay running and ready; a failed check in it counts. Default 0. */
  readonly stableFor?: Duration;
  /** Longest time until the service is running. Default 30 s. */
  readonly startTimeout?: Duration;
  /** Longest time until the service is stopped and its process has ended. Default 30 s. */
  readonly stopTimeout?: Duration;
  /** Stops the services that depend on it first, and starts them again. Default `false`: the SCM refuses the stop with 1051. */
  readonly dependents?: boolean;
  /** Ends the process of a service that hasn't stopped within `stopTimeout`. Default `false`: the switch is undone. */
  readonly kill?: boolean;
  /** Starts a service that was stopped before, too. Default `false`: it stays stopped, and nothing is verified. */
  readonly start?: boolean;
  /** Only returns what would be done. Default `false`. */
  readonly plan?: boolean;
  /** Ends the switch: it is undone, and the call rejects. */
  readonly signal?: AbortSignal;
  /** Called before each step. */
  readonly onProgress?: (step: SwitchStep, text: string) => void;
  /** Manager of the machine. Default: one for this machine, which is closed afterwards. */
  readonly manager?: ServiceManager;
}

/** Options of {@link upgradeService}. */
export interface UpgradeOptions extends SwitchOptions {
  /** The new release: a folder, or an archive (`.tgz` of npm pack, `.tar.gz`, `.tar`). It is copied. */
  readonly from: string;
  /**
   * Lets the folder that the service was installed from become its first release, for a service that has no releases yet.
   * A text names the folder; default: the nearest folder with a package.json. The new ones go beside it, into
   * `<folder>.releases`. Default `false`.
   */
  readonly adopt?: boolean | string;
  /** Name of the new release. Default: the version in its package.json, otherwise the time. */
  readonly as?: string;
  /** Script of the new release, relative to its folder. Default: that of the present release, otherwise its package.json's. */
  readonly script?: string;
  /** Number of releases to keep, the current one included; at least 2. Older ones are deleted. Default 3. */
  readonly keep?: number;
  /** Bounds of the new release. */
  readonly limits?: SourceLimits;
  /**
   * Called with the folder of the new release before the service is stopped, such as to install packages in it. For
   * another machine that is a path on its administrative share.
   */
  readonly prepare?: (folder: string, signal: AbortSignal | undefined) => unknown;
}

/** Options of {@link rollbackService}. */
export interface RollbackOptions extends SwitchOptions {
  /** Name of the release to go to. Default: the one before the current one. */
  readonly to?: string;
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

const switchShape = {
  service: serviceName,
  readyUrl: z.optional(
    z.custom(
      (value) => typeof value === 'string' && isHttpUrl(urlWithMachine(value)),
      'must be an http: or https: URL',
    ),
  ),
  readyChecks: z.optional(z.array(objectWith('run'), 'must be a list of checks, such as tcpCheck({ port: 3000 })')),
  readyTimeout: z.optional(duration),
  stableFor: z.optional(duration),
  startTimeout: z.optional(duration),
  stopTimeout: z.optional(duration),
  dependents: z.optional(flag),
  kill: z.optional(flag),
  start: z.optional(flag),
  plan: z.optional(flag),
  signal: z.optional(abortSignal),
  onProgress: z.optional(fn),
  manager: z.optional(objectWith('service')),
};

/** Options of `upgradeService`. */
export const upgradeSchema = z.strictObject({
  ...switchShape,
  from: text,
  adopt: z.optional(z.union([flag, text], 'must be true, false or a folder')),
  as: z.optional(
    text.check(
      z.maxLength(60, 'must have at most 60 characters'),
      z.regex(/^(?!\.)[^\\/:*?"<>|\0-\x1f]*[^\\/:*?"<>|\0-\x1f. ]$/, 'must be a file name'),
    ),
  ),
  script: z.optional(
    text.check(z.regex(/^(?![\\/])(?!.*\.\.)[^:]+$/, 'must be a path below the folder of the release')),
  ),
  keep: z.optional(wholeNumber(2)),
  limits: z.optional(z.strictObject({ maxBytes: z.optional(wholeNumber(1)), maxEntries: z.optional(wholeNumber(1)) })),
  prepare: z.optional(fn),
});

/** Options of `rollbackService`. */
export const rollbackSchema = z.strictObject({ ...switchShape, to: z.optional(text) });
