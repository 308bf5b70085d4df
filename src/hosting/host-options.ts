import type { HostSettings } from '../scm/host-settings.ts';
import type { ServiceOptions } from '../service/options/service-options.ts';

/** Options of `hostModule`: the settings of the program, and of its service. */
export interface HostOptions extends HostSettings, Pick<ServiceOptions, 'displayName' | 'description' | 'install'> {
  /** Name of the service. Default: that of the file; for main, index, app, server and start that of the nearest package.json. */
  readonly name?: string;
  /** Arguments of the program. Default: those that the service was started with. */
  readonly args?: readonly string[];
}
