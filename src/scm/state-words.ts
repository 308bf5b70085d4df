import type { ServiceState } from './states.ts';

/** Words for the states, for messages. */
export const STATE_WORDS: Readonly<Record<ServiceState, string>> = {
  stopped: 'stopped',
  startPending: 'starting',
  running: 'running',
  pausePending: 'pausing',
  paused: 'paused',
  continuePending: 'continuing',
  stopPending: 'stopping',
};
