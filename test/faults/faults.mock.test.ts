import { describe, expect, it } from 'vitest';
import type { ErrorCode } from 'winsvc';
import { createMockScm, type MockScm } from 'winsvc/testing';
import { FAILURE_IDS } from '../../src/errors/event-ids.ts';
import type { App, Fault } from './fault.ts';
import { createFaultService } from './fault-service.ts';
import { FAULTS } from './table.ts';
import { DEFAULT, PROMISE_MS } from './times.ts';

type Process = ReturnType<MockScm['launch']>;

interface Life {
  readonly scm: MockScm;
  readonly run: Process;
  /** When the fault came. */
  readonly at: number;
  readonly ran: readonly string[];
}

/** Brings the service to its fault. */
async function mocked(fault: Fault): Promise<Life> {
  const scm = createMockScm();
  const ran: string[] = [];
  let at = Number.NaN;
  const unsupported = (): never => {
    throw new Error('only a real process can do this: say realOnly');
  };
  const run = (): Process => life;
  const app: App = {
    times: DEFAULT,
    say: () => undefined,
    uncaught: (thrown) => run().process.throwUncaught(thrown),
    unhandled: (reason) => run().process.throwUncaught(reason),
    exit: (code) => run().process.exit(code),
    block(ms) {
      const unblock = run().blockLoop();
      return new Promise<void>((resolve) => {
        scm.clock.setTimeout(() => {
          unblock();
          resolve();
        }, ms);
      });
    },
    blockInNativeCode: unsupported,
    abort: unsupported,
    exhaustMemory: unsupported,
    loseHost: unsupported,
    onError: (listener) => service.on('error', listener),
  };
  const service = createFaultService('Fault', fault, app, {
    started: () => undefined,
    faulty() {
      at = scm.clock.now();
    },
    ran: (what) => ran.push(what),
  });
  if (fault.outside === 'no event source') scm.eventLog.uninstall('Fault');
  const life = scm.launch(service);
  await scm.clock.advance(0);
  if (fault.outside === 'kill') {
    at = scm.clock.now();
    life.kill();
  } else if (!fault.start) {
    await life.control(fault.stop || fault.hook ? 'stop' : { type: 'command', code: 128 });
  }
  return { scm, run: life, at, ran };
}

/** When the service had ended. */
function endOf({ history }: Process): number | undefined {
  return history.find(({ state }) => state === 'stopped')?.at;
}

/** The failures in the event log, by their id. */
function recordsOf({ scm }: Life, code: ErrorCode): readonly unknown[] {
  return scm.eventLog.records.filter(({ severity, eventId }) => severity === 'error' && eventId === FAILURE_IDS[code]);
}

// What these can't show is in faults.scm.test.ts: files, memory, a process that is really gone.
describe('a fault on the mock, in virtual time, with the default timeouts', () => {
  for (const fault of FAULTS.filter(({ realOnly }) => !realOnly)) {
    it(`${fault.name}: ends at its deadline to the millisecond, with one record`, async () => {
      const life = await mocked(fault);
      const { scm, run, at, ran } = life;
      const over = fault.deadline(DEFAULT) + (fault.lagMs ?? 0);
      expect(over).toBeLessThanOrEqual(fault.deadline(DEFAULT) + PROMISE_MS);
      await scm.clock.advance(Math.max(0, over - 1));
      if (over > 0) {
        expect(endOf(run)).toBeUndefined();
        expect(recordsOf(life, 'HANG')).toHaveLength(0);
      }
      await scm.clock.advance(1);
      const { code, by } = fault.record ?? {};
      // The host thread's own records are not in the mock, but for that of a hang.
      if (code && (by !== 'host thread' || code === 'HANG') && fault.outside !== 'no event source')
        expect(recordsOf(life, code)).toHaveLength(1);
      if (fault.end.state === 'running') {
        await scm.clock.advance('1m');
        expect(run.state).toBe('running');
        expect(recordsOf(life, 'HANG')).toHaveLength(1);
      } else {
        expect(endOf(run)).toBe(at + over);
        expect(run.exit).toEqual(fault.end.state === 'stopped' ? fault.end.exit : { win32: 1067 });
        expect(run.process.exitCode).toBe(fault.end.process);
      }
      // The timers of a mocked app go on while its event loop is said to be blocked.
      if (by === 'host thread') return;
      if (fault.end.state !== 'running') expect(ran).toEqual(fault.ran);
      const logged = run.log.filter(({ level }) => level === 'error');
      expect(logged.map(({ data }) => (data?.['error'] as { code?: string }).code)).toEqual(code ? [code] : []);
    });
  }
});
