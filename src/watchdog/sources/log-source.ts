import type { CheckResult } from '../../health/index.ts';
import type { Clock } from '../../util/clock.ts';
import type { Duration } from '../../util/duration.ts';
import { programPath } from '../../util/program-path.ts';
import { toError } from '../../util/to-error.ts';
import { createLogTail } from './log-tail.ts';
import { MatchCounter, type MatchLimits } from './match-counter.ts';
import { createMatcher, type MatchTests, type Test } from './matcher.ts';
import { type Report, type Source, toResult } from './source.ts';

/** Log file of a target, and the lines in it that mean a failure. At least one of `patterns` and `codes`. */
export interface WatchedLog extends MatchLimits, MatchTests {
  /**
   * Path of the file: UTF-8, or UTF-16 as Windows programs write it. It need not exist yet. A relative path begins at
   * the folder of the program.
   */
  readonly file: string;
  /** Time between two reads of the file. Default 1 s. */
  readonly every?: Duration;
}

/** Observes the lines that are added to a file. */
export function logSource(log: WatchedLog, clock: Clock, report: Report): Source {
  const tail = createLogTail(programPath(log.file));
  let isBad: Test = () => false;
  const matches = new MatchCounter(log, clock, report);

  async function run(): Promise<CheckResult> {
    let lines: string[];
    try {
      lines = await tail.read();
    } catch (error) {
      // A log that can't be read is no failure of its service.
      return { verdict: 'warn', message: toError(error).message };
    }
    matches.add(lines.filter(isBad));
    return toResult(matches.signal);
  }
  return {
    async prepare() {
      isBad = (await createMatcher(log)) ?? isBad;
    },
    check: { name: 'log', kind: 'log', options: { interval: log.every ?? '1s' }, run },
    reset: () => {
      matches.reset();
    },
  };
}
