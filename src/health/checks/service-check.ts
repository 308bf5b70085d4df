import * as z from 'zod/mini';
import { type ExitCode, formatExit } from '../../scm/exit-code.ts';
import { objectWith, text } from '../../util/option-types.ts';
import { type Check, type CheckOptions, fail, pass, warn } from '../check.ts';
import { checkCheck } from '../check-options.ts';

/** Source of the state of a service, such as `scm.service(name)`. */
export interface ServiceStateSource {
  /** Reads the state of the service. */
  status(): Promise<{
    /** `'running'`, `'stopped'`, `'startPending'`, … */
    readonly state: string;
    /** Exit code, when it is stopped. */
    readonly exit?: ExitCode | undefined;
    readonly pid?: number | undefined;
  }>;
}

/** Options of `serviceCheck`. */
export interface ServiceCheckOptions extends CheckOptions {
  /** Name of the check. Default `'service'`. */
  readonly name?: string;
  /** States that pass. Default `['running']`. */
  readonly expect?: readonly string[];
}

/**
 * Queries the state of a service. Pending states are a warning: use another check too for a service that could stay in
 * one.
 *
 * @throws ServiceError INVALID_OPTIONS
 * @example
 * serviceCheck(scm.service('Spooler'), { name: 'spooler' })
 */
export function serviceCheck(source: ServiceStateSource, options: ServiceCheckOptions = {}): Check {
  const shape = { source: objectWith('status'), expect: z.optional(z.array(text, 'must be a list of states')) };
  checkCheck('serviceCheck', shape, { ...options, source });
  const { expect = ['running'] } = options;
  return {
    name: options.name ?? 'service',
    kind: 'service',
    options,
    async run() {
      const { state, exit, pid } = await source.status();
      const data = {
        state,
        ...(pid ? { pid } : {}),
        ...(state === 'stopped' && exit ? { exit: formatExit(exit) } : {}),
      };
      if (expect.includes(state)) return pass(data);
      if (state.endsWith('Pending')) return warn(`it is ${state}`, data);
      return fail(data.exit ? `it is ${state}, exit code ${data.exit}` : `it is ${state}`, data);
    },
  };
}
