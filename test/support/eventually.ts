import { vi } from 'vitest';

/** Waits for a condition of the real world (files, sockets, processes): long enough for a machine that has other things to do. */
export const eventually: typeof vi.waitFor = (check, options = { timeout: 15_000, interval: 20 }) =>
  vi.waitFor(check, options);
