import { objectWith, text } from '../../util/option-types.ts';
import { type Check, type CheckOptions, fail, pass, warn } from '../check.ts';
import { checkCheck } from '../check-options.ts';

/** Source of the state of senders, such as a receiver of `createHeartbeatReceiver`. */
export interface HeartbeatSource {
  sender(
    id: string,
  ):
    | { readonly state: 'alive' | 'lost' | 'ended'; readonly lastAt: Date; readonly duplicates?: readonly number[] }
    | undefined;
}

/** Options of `heartbeatCheck`. */
export interface HeartbeatCheckOptions extends CheckOptions {
  /** Default `'heartbeat SENDER'`. */
  readonly name?: string;
}

/**
 * Passes while the heartbeats of a sender come in time. One that said goodbye is a warning; one that was never heard
 * of, or is overdue, a failure.
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
      if (!known) return Promise.resolve(fail('no heartbeat has come yet'));
      const at = known.lastAt.toISOString();
      if (known.state === 'lost') return Promise.resolve(fail(`the last heartbeat came at ${at}`));
      if (known.state === 'ended') return Promise.resolve(warn(`it said goodbye at ${at}`));
      if (known.duplicates?.length) {
        return Promise.resolve(warn(`two processes send as ${sender}: ${known.duplicates.join(' and ')}`));
      }
      return Promise.resolve(pass());
    },
  };
}
