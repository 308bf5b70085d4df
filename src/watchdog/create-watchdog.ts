import { checkWatchdogOptions } from './check-watchdog-options.ts';
import { Watchdog } from './watchdog.ts';
import type { WatchdogOptions } from './watchdog-options.ts';

/**
 * Creates a watchdog over services and anything else that can fail. It acts on failures after delays and within
 * limits. Nothing happens until `start`.
 *
 * @throws ServiceError INVALID_OPTIONS
 * @example
 * const watchdog = createWatchdog({
 *   targets: [{ name: 'Orders', service: scm.service('Orders'), checks: [http('http://127.0.0.1:3000/ping')] }],
 *   notify: [eventLogNotifier(log), webhookNotifier({ url, format: 'slack' })],
 *   stateFile: 'C:\\ProgramData\\Watchdog\\state.json',
 * });
 * await watchdog.start();
 */
export function createWatchdog(options: WatchdogOptions): Watchdog {
  checkWatchdogOptions(options);
  return new Watchdog(options);
}
