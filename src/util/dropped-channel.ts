/** Channel of `node:diagnostics_channel` on which the log files report each write that they dropped. */
export const DROPPED_CHANNEL = 'winsvc:log.dropped';
