import type { MockServiceRun } from '../host/mock-run.ts';

const FIRST = 1_000;
/** Process numbers of Windows are multiples of four. */
const STEP = 4;

/** Processes of a mock SCM, by number. */
export class ProcessTable {
  readonly #runs = new Map<number, MockServiceRun>();
  readonly #pids = new Map<MockServiceRun, number>();

  add(run: MockServiceRun): void {
    const pid = FIRST + STEP * this.#runs.size;
    this.#runs.set(pid, run);
    this.#pids.set(run, pid);
  }

  pid(run: MockServiceRun): number {
    return this.#pids.get(run) ?? 0;
  }

  run(pid: number): MockServiceRun | undefined {
    return this.#runs.get(pid);
  }
}
