import * as z from 'zod/mini';
import { checkOptions } from '../errors/check-options.ts';
import type { Health } from '../health/index.ts';
import type { ServiceState } from '../scm/states.ts';
import { flag, objectWith, text } from '../util/option-types.ts';
import type { Watchdog } from '../watchdog/index.ts';

/** Options of `createMetrics`. At least one source. */
export interface MetricsOptions {
  /** Service of this process: what `defineService` returns. */
  readonly service?: MeasuredService;
  /** Services of a machine: what `openServiceManager` returns. Its list is read once in each scrape. */
  readonly manager?: ServiceLister;
  /** Names of the services of `manager`. Default: all. */
  readonly services?: readonly string[];
  /** Checks of this process. */
  readonly health?: Health;
  /** Watchdog of this process, with its checks and targets. */
  readonly watchdog?: Watchdog;
  /** CPU, memory, event loop delay and garbage collection of this process. Default `true`. */
  readonly process?: boolean;
  /** Labels of every value, such as `{ team: 'orders' }`. Default: none. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Begin of every name but those of the process. Default `'winsvc_'`. */
  readonly prefix?: string;
}

/** Parts of a service that are measured. */
export interface MeasuredService {
  /** Name of the service. */
  readonly name: string;
  /** State that the host has of the service. */
  readonly state: ServiceState;
  /** Registers a listener. */
  on(event: 'stateChange', listener: (state: ServiceState) => void): unknown;
  /** Registers a listener. */
  on(event: 'control', listener: (event: { readonly type: string }) => void): unknown;
  /** Registers a listener. */
  on(event: 'error', listener: (error: Error) => void): unknown;
  /** Removes a listener. */
  off(event: 'stateChange', listener: (state: ServiceState) => void): unknown;
  /** Removes a listener. */
  off(event: 'control', listener: (event: { readonly type: string }) => void): unknown;
  /** Removes a listener. */
  off(event: 'error', listener: (error: Error) => void): unknown;
}

/** Parts of a service manager that are measured. */
export interface ServiceLister {
  /** Lists the services of the machine. */
  list(): Promise<readonly ListedState[]>;
}

/** State of one service in a list. */
export interface ListedState {
  /** Name of the service. */
  readonly name: string;
  /** State of the service. */
  readonly state: ServiceState;
  /** Process id; `undefined` or 0 without a process. */
  readonly pid?: number | undefined;
}

/** Names of labels and metrics, without the colons of recording rules. */
const NAME = /^[a-zA-Z_]\w*$/;
const labelName = z.string().check(z.regex(NAME, 'must be names of letters, digits and _'));
/** Labels of values and of targets. */
export const labelsSchema = z.record(labelName, z.string('must be a text'), 'must be an object of texts');

const schema = z.strictObject({
  service: z.optional(objectWith('on', 'off')),
  manager: z.optional(objectWith('list')),
  services: z.optional(z.array(text, 'must be a list of names')),
  health: z.optional(objectWith('report', 'on')),
  watchdog: z.optional(objectWith('report', 'on')),
  process: z.optional(flag),
  labels: z.optional(labelsSchema),
  prefix: z.optional(text.check(z.regex(NAME, 'must be letters, digits and _, not beginning with a digit'))),
});

/** Checks the options of `createMetrics`. @throws ServiceError INVALID_OPTIONS */
export function checkMetricsOptions(options: MetricsOptions): void {
  checkOptions('createMetrics', schema, options, () => {
    const { service, manager, services, health, watchdog, process = true } = options;
    if (!(service ?? manager ?? health ?? watchdog) && !process)
      return [{ path: 'options', message: 'have nothing to measure: give service, manager, health or watchdog' }];
    return services && !manager ? [{ path: 'services', message: 'needs manager' }] : [];
  });
}
