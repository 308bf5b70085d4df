import type { ControlEvent } from '../scm/controls.ts';
import type { ServiceStatus } from '../scm/service-status.ts';

/** Events of a run for the service that started it. */
export interface RunnerEvents {
  status(status: ServiceStatus): void;
  control(event: ControlEvent): void;
  checkpoint(message: string | undefined): void;
  error(error: Error): void;
  /** Number of requests that the app is answering. */
  openRequests?(): number;
}
