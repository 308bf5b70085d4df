import type { ControlEvent } from '../scm/controls.ts';
import type { ServiceHost } from '../host/service-host.ts';
import type { ServiceContext } from '../service/context/context.ts';

/** The service that hosts this program. */
export interface CurrentService extends Pick<
  ServiceContext,
  'name' | 'args' | 'signal' | 'state' | 'log' | 'checkpoint' | 'onShutdown' | 'setExitCode' | 'fail'
> {
  /** Calls back for every control that the SCM sends. Returns what ends it. */
  on(event: 'control', listener: (event: ControlEvent) => void): () => void;
}

/** Left at the global object for all copies of the package in this process. */
export interface HostedMark {
  readonly current: CurrentService;
  /** Gives the connection to the SCM to a service that the program defines itself. */
  takeOver(): ServiceHost;
}

const MARK = Symbol.for('winsvc.hosted');
const shared = globalThis as { [MARK]?: HostedMark | undefined };

/** The mark of the host; undefined when this process isn't hosted, or the program has taken over. */
export function hostedMark(): HostedMark | undefined {
  return shared[MARK];
}

/** Leaves the mark, or removes it. */
export function setHostedMark(mark: HostedMark | undefined): void {
  shared[MARK] = mark;
}
