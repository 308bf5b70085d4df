import { ServiceError } from '../../errors/service-error.ts';
import { runningService, setRunningService } from '../../util/running-service.ts';

/**
 * Claims this process for a service. The SCM knows one service in it, and a console one program.
 *
 * @returns releases the process
 * @throws ServiceError ALREADY_RUNNING when another service has it
 */
export function claimProcess(service: string): () => void {
  const holder = runningService();
  if (holder !== undefined) {
    const message = `Service "${service}" can't run: service "${holder}" runs in this process already. A process runs one service; start another process for it.`;
    throw new ServiceError('ALREADY_RUNNING', message, { details: { service, running: holder } });
  }
  setRunningService(service);
  return () => {
    setRunningService(undefined);
  };
}

/** Releases the process, so that a hosted program can run its own service. */
export function releaseProcess(): void {
  setRunningService(undefined);
}
