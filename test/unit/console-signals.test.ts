import { afterEach, describe, expect, it } from 'vitest';
import { watchSignals } from '../../src/host/console/signals.ts';

let unwatch = (): void => undefined;
afterEach(() => {
  unwatch();
});

/** The signals that arrive, with the limit that each one has. */
function watch(platform: NodeJS.Platform) {
  const seen: [string, number | undefined][] = [];
  unwatch = watchSignals((name, limitMs) => void seen.push([name, limitMs]), platform);
  return seen;
}

describe('a closed console window', () => {
  it('leaves 4 s on Windows, which ends the process after 5', () => {
    const seen = watch('win32');
    process.emit('SIGHUP', 'SIGHUP');
    process.emit('SIGINT', 'SIGINT');
    expect(seen).toEqual([
      ['terminal closed', 4_000],
      ['Ctrl+C', undefined],
    ]);
  });

  it('has no limit elsewhere', () => {
    const seen = watch('linux');
    process.emit('SIGHUP', 'SIGHUP');
    expect(seen).toEqual([['terminal closed', undefined]]);
  });
});
