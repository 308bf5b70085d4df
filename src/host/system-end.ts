/** Controls that announce the end of the system. */
export type SystemEnd = 'shutdown' | 'preshutdown';

/**
 * Time that current Windows gives a service by default, in milliseconds: WaitToKillServiceTimeout for the
 * shutdown, SERVICE_PRESHUTDOWN_INFO for the preshutdown.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/winsvc/ns-winsvc-service_preshutdown_info
 */
export const SYSTEM_BUDGETS: Readonly<Record<SystemEnd, number>> = { shutdown: 5_000, preshutdown: 10_000 };

/** Part of the system's time that the app doesn't get: the host fails a blocked app in it, and STOPPED has to arrive. */
const MARGIN_MS = 1_000;

/** Returns the time of a stop when the system gives `systemMs`: its own budget, limited by the system's time. */
export function budgetWithin(ownMs: number, systemMs: number): number {
  return Math.min(ownMs, Math.max(systemMs - MARGIN_MS, systemMs / 2));
}
