import type { ActionEvent, Notice, Watchdog, WatchdogState } from '../watchdog/index.ts';
import type { Instruments } from './instruments.ts';

/** Counts what a watchdog does and sends. Returns a function that ends it. */
export function measureWatchdog(
  instruments: Instruments,
  watchdog: Watchdog,
  states: readonly WatchdogState[],
): () => void {
  instruments.gauge(
    'watchdog_target_state',
    'State of a target of the watchdog: 1 for the state that it is in.',
    ['target', 'state'],
    (gauge) => {
      for (const { name, state } of watchdog.report()) {
        for (const other of states) gauge.set({ target: name, state: other }, other === state ? 1 : 0);
      }
    },
  );
  const actions = instruments.counter('watchdog_actions_total', 'Actions of the watchdog.', ['target', 'action']);
  const failed = instruments.counter('watchdog_action_failures_total', 'Actions of the watchdog that failed.', [
    'target',
    'action',
  ]);
  const notices = instruments.counter('watchdog_notices_total', 'Notices of the watchdog.', ['kind']);
  const onAction = ({ target, action }: ActionEvent): void => {
    actions.inc({ target, action });
  };
  const onEnd = ({ target, action }: ActionEvent, error: Error | undefined): void => {
    failed.inc({ target, action }, error ? 1 : 0);
  };
  const onNotice = ({ kind }: Notice): void => {
    notices.inc({ kind });
  };
  watchdog.on('action', onAction).on('actionEnd', onEnd).on('notice', onNotice);
  return () => {
    watchdog.off('action', onAction).off('actionEnd', onEnd).off('notice', onNotice);
  };
}
