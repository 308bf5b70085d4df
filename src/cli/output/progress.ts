import type { ServiceReport } from '../../manager/index.ts';
import type { Cli } from '../command.ts';
import { describeReport } from './describe.ts';

/** Progress of a wait, on standard error. */
export interface Progress {
  update(report: ServiceReport): void;
  /** Ends it and clears the line of a terminal. */
  end(): void;
}

const TICK_MS = 1_000;
/** Time without output: most waits are shorter. */
const QUIET_MS = 300;

/** Shows progress: on a terminal one line that is rewritten each second, otherwise a line for each new status. */
export function createProgress({ stderr, clock, out }: Cli, service: string): Progress {
  const began = clock.now();
  let last: ServiceReport | undefined;
  let cancel: (() => void) | undefined;
  const seconds = (): string => `${Math.round((clock.now() - began) / 1_000)} s`;
  const describe = (): string =>
    last ? `${service}: ${describeReport(last)}, ${seconds()}` : `${service}: asking, ${seconds()}`;
  if (out.json) return { update: () => undefined, end: () => undefined };
  if (!stderr.isTTY) {
    return {
      update(report) {
        const news = last?.state !== report.state || last.checkpoint !== report.checkpoint;
        last = report;
        if (news && report.state.endsWith('Pending')) stderr.write(`${describe()}\n`);
      },
      end: () => undefined,
    };
  }
  let shown = false;
  const draw = (): void => {
    shown = true;
    stderr.write(`\r\u001b[2K${describe().slice(0, (stderr.columns ?? 80) - 1)}`);
    cancel = clock.setTimeout(draw, TICK_MS);
  };
  cancel = clock.setTimeout(draw, QUIET_MS);
  return {
    update(report) {
      last = report;
      if (!shown) return;
      cancel?.();
      draw();
    },
    end() {
      cancel?.();
      if (shown) stderr.write('\r\u001b[2K');
    },
  };
}
