import { objectWith, text } from '../../util/option-types.ts';
import { type Check, type CheckOptions, fail, pass, warn } from '../check.ts';
import { checkCheck } from '../check-options.ts';

/** Source of the state of senders, such as a receiver of `createHeartbeatReceiver`. */
export interface HeartbeatSource {
  /** Returns the state of a sender; `undefined` when it is unknown. */
  sender(
    id: string,
  ):
    | { readonly state: 'alive' | 'lost' | 'ended'; readonly lastAt: Date; readonly duplicates?: readonly number[] }
    | undefined;
}

/** Options of `heartbeatCheck`. */
export interface HeartbeatCheckOptions extends CheckOptions {
  /** Name of the check. Default `'heartbeat SENDER'`. */
  readonly name?: string;
}

/**
 * Passes while the heartbeats of a sender are on time. A sender that was stopped is a warning; one that is overdue, or
 * never sent any, is a failure.
 *
 * @throws ServiceError INVALID_OPTIONS
 */
export function heartbeatCheck(source: HeartbeatSource, sender: string, options: HeartbeatCheckOptions = {}): Check {
  checkCheck('heartbeatCheck', { source: objectWith('sender'), sender: text }, { ...options, source, sender });
  return {
    name: options.name ?? `heartbeat ${sender}`,
    kind: 'heartbeat',
    options,
    run() {
      const known = source.sender(sender);
      if (!known) return Promise.resolve(fail('no heartbeat was received yet'));
      const at = known.lastAt.toISOString();
      if (known.state === 'lost') return Promise.resolve(fail(`the last heartbeat was received at ${at}`));
      if (known.state === 'ended') return Promise.resolve(warn(`its sender was stopped at ${at}`));
      if (known.duplicates?.length) {
        return Promise.resolve(warn(`two processes send as ${sender}: ${known.duplicates.join(' and ')}`));
      }
      return Promise.resolve(pass());
    },
  };
}
