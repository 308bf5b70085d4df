import { useEffect, useState } from 'preact/hooks';
import type { Operation } from '../api/schemas/operation.ts';

/** Change that the server reported. */
export interface Change {
  readonly type: 'service' | 'serviceGone' | 'config' | 'watchdog' | 'reset';
  readonly data: { readonly name?: string; readonly state?: string } & Readonly<Record<string, unknown>>;
  /** Number of the change, so that each counts once. */
  readonly turn: number;
}

/** Listens to changes as long as the page is open; the browser connects again by itself. */
export function useEvents(onOperation: (operation: Operation) => void): {
  readonly changes: Change | undefined;
  readonly connected: boolean;
} {
  const [changes, setChanges] = useState<Change>();
  const [connected, setConnected] = useState(true);
  useEffect(() => {
    const source = new EventSource('api/v1/events');
    let turn = 0;
    source.onopen = () => setConnected(true);
    source.onerror = () => setConnected(false);
    source.addEventListener('operation', ({ data }: MessageEvent<string>) =>
      onOperation(JSON.parse(data) as Operation),
    );
    for (const type of ['service', 'serviceGone', 'config', 'watchdog', 'reset'] as const) {
      source.addEventListener(type, ({ data }: MessageEvent<string>) => {
        turn += 1;
        setChanges({ type, data: JSON.parse(data) as Change['data'], turn });
      });
    }
    return () => source.close();
  }, []);
  return { changes, connected };
}
