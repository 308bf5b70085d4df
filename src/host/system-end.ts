/** The controls that announce the end of the system. */
export type SystemEnd = 'shutdown' | 'preshutdown';

/**
 * Milliseconds that current Windows gives a service where nothing else is configured: WaitToKillServiceTimeout for the
 * shutdown, SERVICE_PRESHUTDOWN_INFO for the preshutdown.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/winsvc/ns-winsvc-service_preshutdown_info
 */
export const SYSTEM_BUDGETS: Readonly<Record<SystemEnd, number>> = { shutdown: 5_000, preshutdown: 10_000 };

/** What is kept back of the system's time: the host fails a blocked app in it, and STOPPED has to arrive. */
const MARGIN_MS = 1_000;

/** How long a stop may take when the system gives it `systemMs`: its own budget, or what the system leaves of it. */
export function budgetWithin(ownMs: number, systemMs: number): number {
  return Math.min(ownMs, Math.max(systemMs - MARGIN_MS, systemMs / 2));
}
