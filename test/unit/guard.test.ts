import { describe, expect, it, vi } from 'vitest';
import { guard } from '../../src/win32/host/guard.ts';

describe('guard', () => {
  it('passes arguments and the result on', () => {
    const guarded = guard(0, vi.fn(), (a, b) => Number(a) + Number(b));
    expect(guarded(1, 2)).toBe(3);
  });

  it('answers the fallback when the callback throws, and tells the error', () => {
    const onError = vi.fn();
    const error = new Error('boom');
    const guarded = guard(120, onError, () => {
      throw error;
    });
    expect(guarded()).toBe(120);
    expect(onError).toHaveBeenCalledExactlyOnceWith(error);
  });

  it.each([undefined, null, 'text', 1n, {}])(
    'answers the fallback for %s, which no native caller can use',
    (result) => {
      expect(guard(7, vi.fn(), () => result as number)()).toBe(7);
    },
  );

  it('answers the fallback when even the error sink throws', () => {
    const guarded = guard(
      0,
      () => {
        throw new Error('sink');
      },
      () => {
        throw new Error('callback');
      },
    );
    expect(guarded()).toBe(0);
  });
});
