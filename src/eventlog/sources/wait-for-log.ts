import type { EventSources } from '../../scm/event-log.ts';

const POLL_MS = 100;
const POLLS = 100;

/**
 * Waits until the Event Log service knows a log: it notices a new one in the registry after a moment, and until then the
 * records of its sources go to the log Application. Returns `false` after 10 s.
 *
 * Source: https://learn.microsoft.com/dotnet/api/system.diagnostics.eventlog.createeventsource#remarks
 */
export async function waitForLog(
  port: Pick<EventSources, 'isKnown'>,
  log: string,
  pause: (ms: number) => Promise<void> = pauseFor,
): Promise<boolean> {
  for (let polls = 0; polls < POLLS; polls += 1) {
    if (port.isKnown(log)) return true;
    await pause(POLL_MS);
  }
  return port.isKnown(log);
}

/** Keeps the process alive: an installation has nothing else to do. */
async function pauseFor(ms: number): Promise<void> {
  const { setTimeout } = await import('node:timers/promises');
  await setTimeout(ms);
}
