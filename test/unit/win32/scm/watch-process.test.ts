import { describe, expect, it } from 'vitest';
import { ScmCalls } from '../../../../src/win32/scm/scm-calls.ts';
import { watchProcess } from '../../../../src/win32/scm/watch-process.ts';
import { type FakeAnswer, FakeFfi } from '../fake-ffi.ts';

const GONE: FakeAnswer = { value: null, lastError: 87 };
const DENIED: FakeAnswer = { value: null, lastError: 5 };
const opened = (handle: bigint): FakeAnswer => ({ value: handle });
const WAIT_TIMEOUT = 258;

/** Watch on process 4711, whose OpenProcess answers in this order, the last answer for ever. */
function watching(opens: readonly FakeAnswer[], pid = 4711) {
  const calls: string[] = [];
  const open = new Set<bigint>();
  let signaled = false;
  let asked = 0;
  const ffi = new FakeFfi({
    OpenProcess(access, inherit, number) {
      calls.push(`OpenProcess ${String(access)} ${String(inherit)} ${String(number)}`);
      const answer = opens[Math.min(asked++, opens.length - 1)]!;
      if (answer.value) open.add(answer.value as bigint);
      return answer;
    },
    WaitForSingleObject(handle) {
      expect(open.has(handle as bigint)).toBe(true);
      return { value: signaled ? 0 : WAIT_TIMEOUT };
    },
    CloseHandle(handle) {
      expect(open.delete(handle as bigint)).toBe(true);
      return { value: 1 };
    },
  });
  return {
    calls,
    open,
    end: () => (signaled = true),
    watch: watchProcess(new ScmCalls(ffi, undefined), pid),
  };
}

describe('the watch on a process', () => {
  it('asks for the right to wait only', () => {
    const { calls } = watching([opened(1n)]);
    expect(calls).toEqual([`OpenProcess 1048576 0 4711`]);
  });

  it('reports the end that its handle shows, and asks for the number once', () => {
    const { watch, end, calls, open } = watching([opened(1n), opened(2n)]);
    expect([watch.ended(), watch.ended(), watch.denied]).toEqual([false, false, false]);
    end();
    expect([watch.ended(), watch.ended()]).toEqual([true, true]);
    expect(calls).toHaveLength(1);
    watch.close();
    watch.close();
    expect(open.size).toBe(0);
  });

  it('takes 87 for an end: no process has the number', () => {
    const { watch, calls } = watching([GONE]);
    expect([watch.ended(), watch.denied]).toEqual([true, false]);
    expect(calls).toHaveLength(1);
  });

  it('polls a process that it may not open (5) until its number is free (87)', () => {
    const { watch, calls } = watching([DENIED, DENIED, DENIED, DENIED, DENIED, GONE]);
    expect(Array.from({ length: 6 }, () => watch.ended())).toEqual([false, false, false, false, true, true]);
    expect(watch.denied).toBe(true);
    expect(calls).toHaveLength(6);
  });

  it.each([
    ['ERROR_ACCESS_DENIED', 5],
    ['ERROR_NOT_ENOUGH_MEMORY', 8],
    ['ERROR_NO_SYSTEM_RESOURCES', 1450],
    ['success', 0],
  ])('takes %s (%d) for no end', (_, lastError) => {
    const { watch } = watching([{ value: null, lastError }]);
    expect([watch.ended(), watch.ended(), watch.denied]).toEqual([false, false, lastError === 5]);
  });

  it('takes a number that can be opened after a refusal for one that another process has', () => {
    const { watch, open } = watching([DENIED, DENIED, opened(7n)]);
    expect([watch.ended(), watch.ended(), watch.ended()]).toEqual([false, true, true]);
    expect(open.size).toBe(0);
  });

  it('waits for the handle after a failure that was no refusal', () => {
    const { watch, end, open } = watching([{ value: null, lastError: 8 }, opened(7n)]);
    expect([watch.ended(), watch.ended()]).toEqual([false, false]);
    end();
    expect(watch.ended()).toBe(true);
    watch.close();
    expect(open.size).toBe(0);
  });

  it('asks nothing of no process', () => {
    const { watch, calls } = watching([opened(1n)], 0);
    expect([watch.ended(), calls]).toEqual([true, []]);
  });

  it('has ended when it is closed', () => {
    const { watch, calls } = watching([DENIED]);
    watch.close();
    expect(watch.ended()).toBe(true);
    expect(calls).toHaveLength(1);
  });
});
