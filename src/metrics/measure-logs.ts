import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { DROPPED_CHANNEL } from '../util/dropped-channel.ts';
import type { Instruments } from './instruments.ts';

/** Counts the writes that the log files of this process lost. Returns a function that ends it. */
export function measureLogs(instruments: Instruments): () => void {
  const dropped = instruments.counter(
    'log_dropped_total',
    'Writes to the log files that were dropped, because the disk was too slow, full or gone.',
  );
  const onDropped = (): void => {
    dropped.inc();
  };
  subscribe(DROPPED_CHANNEL, onDropped);
  return () => {
    unsubscribe(DROPPED_CHANNEL, onDropped);
  };
}
