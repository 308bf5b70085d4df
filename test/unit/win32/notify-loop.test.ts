import { beforeEach, describe, expect, it } from 'vitest';
import type { Ffi, FfiValue, NativeMemory } from '../../../src/win32/ffi/ffi.ts';
import { NotifyLoop } from '../../../src/win32/scm/notify/notify-loop.ts';
import type { FromNotifyThread } from '../../../src/win32/scm/notify/notify-messages.ts';
import { S } from '../../../src/win32/scm/structs.ts';

/** advapi32 as far as notifications need it: what is asked for is answered when a test says so. */
class FakeWin32 {
  now = 0;
  /** What the next calls answer; then 0, success. */
  readonly answers: number[] = [];
  readonly services = new Set(['Orders']);
  readonly open = new Set<bigint>();
  readonly memory = new Map<bigint, NativeMemory>();
  /** The memory that a handle waits with. */
  readonly asked = new Map<bigint, bigint>();
  readonly waits: number[] = [];
  came: (address: bigint) => number = () => 0;
  /** What QueryServiceStatusEx answers; `undefined`: it fails. */
  present: number | undefined;
  /** An APC that arrives inside the next SCM call. */
  duringNextCall: (() => bigint) | undefined;
  #next = 0x1000n;
  #error = 0;
  /** Notifications that the next alertable wait delivers. */
  readonly #queue: bigint[] = [];

  readonly ffi = {
    name: 'fake',
    bind: (_dll: string, name: string) => this.#calls[name] as never,
    lastError: () => this.#error,
    callback: (_signature: unknown, fn: (address: bigint) => number) => {
      this.came = fn;
      return 0xcafen;
    },
    alloc: (bytes: number) => {
      const memory = { address: (this.#next += 0x100n), buffer: Buffer.alloc(bytes), free: () => undefined };
      this.memory.set(memory.address, memory);
      return memory;
    },
  } as unknown as Ffi;

  readonly #calls: Record<string, (...args: FfiValue[]) => FfiValue> = {
    OpenSCManagerW: () => this.#handle(),
    OpenServiceW: (_manager, name) => {
      if (this.services.has(String(name))) return this.#handle();
      this.#error = 1060;
      return 0n;
    },
    CloseServiceHandle: (handle) => {
      this.asked.delete(handle as bigint);
      return Number(this.open.delete(handle as bigint));
    },
    QueryServiceStatusEx: (_handle, _level, address) => {
      if (this.present === undefined) return 0;
      const { buffer } = this.memory.get(address as bigint) as NativeMemory;
      S.SERVICE_STATUS_PROCESS.write(buffer, { dwServiceType: 16, dwCurrentState: this.present });
      return 1;
    },
    NotifyServiceStatusChangeW: (handle, _mask, address) => {
      if (this.duringNextCall) this.came(this.duringNextCall());
      this.duringNextCall = undefined;
      const code = this.answers.shift() ?? 0;
      if (code === 0) this.asked.set(handle as bigint, address as bigint);
      return code;
    },
    WaitForSingleObjectEx: (_wake, ms) => {
      this.waits.push(Number(ms));
      for (const address of this.#queue.splice(0)) this.came(address);
      return 0;
    },
    SleepEx: () => 0,
  };

  /** The SCM writes a notification and queues it. */
  notify(state: number, { status = 0, triggered = 1 } = {}): void {
    for (const [handle, address] of this.asked) {
      this.asked.delete(handle);
      this.write(address, state, status, triggered);
    }
  }

  write(address: bigint, state: number, status = 0, triggered = 1): void {
    this.fill(address, state, status, triggered);
    this.#queue.push(address);
  }

  fill(address: bigint, state: number, status = 0, triggered = 1): void {
    const { buffer } = this.memory.get(address) as NativeMemory;
    S.SERVICE_NOTIFYW.write(buffer, { dwNotificationStatus: status, dwNotificationTriggered: triggered });
    S.SERVICE_STATUS_PROCESS.write(
      buffer,
      { dwServiceType: 16, dwCurrentState: state },
      S.SERVICE_NOTIFYW.offsets.ServiceStatus,
    );
  }

  #handle(): bigint {
    const handle = (this.#next += 1n);
    this.open.add(handle);
    return handle;
  }
}

const [STOPPED, START_PENDING, RUNNING] = [1, 2, 4];
let win32: FakeWin32;
let loop: NotifyLoop;
let told: FromNotifyThread[];
const states = (): unknown[] =>
  told.map((message) => (message.type === 'status' ? message.report.state : message.win32Code));
function notifyAndTurn(how: { status?: number; triggered?: number }): void {
  win32.notify(STOPPED, how);
  turn();
}
const turn = (): void => {
  loop.turn(1n);
};

beforeEach(() => {
  win32 = new FakeWin32();
  told = [];
  loop = new NotifyLoop(
    win32.ffi,
    (message) => told.push(message),
    () => win32.now,
  );
});

describe('the loop of notifications', () => {
  it('tells each status, and asks for the next one', () => {
    loop.take({ type: 'follow', id: 1, name: 'Orders' });
    for (const state of [STOPPED, START_PENDING, RUNNING]) {
      win32.notify(state);
      turn();
    }
    expect(states()).toEqual(['stopped', 'startPending', 'running']);
    expect(win32.asked.size).toBe(1);
  });

  it('says why a service cannot be followed, and leaves no handle', () => {
    loop.take({ type: 'follow', id: 1, name: 'Nothing' });
    expect(told).toEqual([{ type: 'lost', id: 1, win32Code: 1060 }]);
    loop.close();
    expect([...win32.open, loop.openHandles]).toEqual([0]);
  });

  it.each([
    ['at the first call', 1294],
    ['at the first call, where the system does not have it', 120],
  ])('gives up when it is refused %s: %i', (_when, code) => {
    win32.answers.push(code);
    loop.take({ type: 'follow', id: 1, name: 'Orders' });
    expect(states()).toEqual([code]);
    expect(loop.openHandles).toBe(1);
  });

  it('opens another handle when it lags behind (1294), and goes on with the present state', () => {
    loop.take({ type: 'follow', id: 1, name: 'Orders' });
    win32.notify(STOPPED);
    win32.answers.push(1294);
    const [, before] = win32.open;
    turn();
    expect(win32.open.has(before as bigint)).toBe(false);
    win32.notify(RUNNING);
    turn();
    expect(states()).toEqual(['stopped', 'running']);
    expect(win32.open.size).toBe(2);
  });

  it('lets a service go that is to be deleted, however it is told', () => {
    for (const [id, how] of [{ triggered: 0x200 }, { status: 1072 }].entries()) {
      loop.take({ type: 'follow', id, name: 'Orders' });
      win32.notify(STOPPED, how);
      turn();
    }
    loop.take({ type: 'follow', id: 2, name: 'Orders' });
    win32.notify(STOPPED);
    win32.answers.push(1072);
    turn();
    expect(states()).toEqual([1072, 1072, 'stopped', 1072]);
    expect(win32.open.size).toBe(1);
  });

  it('keeps no handle longer than a second, and tells nothing twice', () => {
    loop.take({ type: 'follow', id: 1, name: 'Orders' });
    win32.notify(RUNNING);
    turn();
    const [, before] = win32.open;
    win32.now = 1_000;
    turn();
    expect(win32.open.has(before as bigint)).toBe(false);
    win32.notify(RUNNING);
    turn();
    expect(states()).toEqual(['running']);
    win32.services.clear();
    win32.now = 2_000;
    turn();
    expect(states()).toEqual(['running', 1060]);
  });

  it('takes no notice of what comes for a handle that is closed, and leaves its memory alone for a while', () => {
    loop.take({ type: 'follow', id: 1, name: 'Orders' });
    const [[, old]] = [...win32.asked] as [[bigint, bigint]];
    loop.take({ type: 'unfollow', id: 1 });
    loop.take({ type: 'follow', id: 2, name: 'Orders' });
    win32.write(old, RUNNING);
    turn();
    expect(states()).toEqual([0]);
    loop.take({ type: 'unfollow', id: 2 });
    win32.now = 5_000;
    loop.take({ type: 'follow', id: 3, name: 'Orders' });
    expect([...win32.asked.values()]).toEqual([old]);
  });

  it('wakes once a second while nothing happens', () => {
    turn();
    loop.take({ type: 'follow', id: 1, name: 'Orders' });
    win32.now = 400;
    turn();
    expect(win32.waits).toEqual([1_000, 600]);
  });

  it.each([
    ['the subscription ends', () => loop.take({ type: 'unfollow', id: 1 }), 0],
    ['its deletion is reported', () => notifyAndTurn({ triggered: 0x200 }), 1072],
    ['it is marked for deletion', () => notifyAndTurn({ status: 1072 }), 1072],
  ])('reads the last status through the handle when %s', (_when, end, code) => {
    loop.take({ type: 'follow', id: 1, name: 'Orders' });
    win32.notify(RUNNING);
    turn();
    win32.present = STOPPED;
    end();
    expect(states()).toEqual(['running', 'stopped', code]);
    expect(win32.open.size).toBe(1);
  });

  it('does not sleep over a notification that arrived inside another call', () => {
    for (const id of [1, 2]) loop.take({ type: 'follow', id, name: 'Orders' });
    const [one, two] = [...win32.asked.values()] as [bigint, bigint];
    win32.fill(one, STOPPED);
    win32.came(one);
    // While the loop asks for the next one of the first service, that of the second arrives.
    win32.duringNextCall = () => (win32.fill(two, RUNNING), two);
    turn();
    turn();
    expect(states()).toEqual(['stopped', 'running']);
    expect(win32.waits).toEqual([0, 0]);
  });

  it('closes every handle at its end', () => {
    for (const id of [1, 2, 3]) loop.take({ type: 'follow', id, name: 'Orders' });
    expect(loop.openHandles).toBe(4);
    loop.close();
    expect([win32.open.size, loop.openHandles]).toEqual([0, 0]);
    expect(states()).toEqual([0, 0, 0]);
  });
});
