import { ServiceError } from '../../errors/service-error.ts';

// On the process, not in this module: a program can have two copies of the package.
const HOLDER = Symbol.for('winsvc.runningService');
type Holding = typeof globalThis & { [HOLDER]?: string | undefined };

/**
 * Claims this process for a service. The SCM knows one service in it, and a console one program.
 *
 * @returns releases the process
 * @throws ServiceError ALREADY_RUNNING when another service has it
 */
export function claimProcess(service: string): () => void {
  const holding: Holding = globalThis;
  const holder = holding[HOLDER];
  if (holder !== undefined) {
    const message = `Service "${service}" can't run: service "${holder}" runs in this process already. A process runs one service; start another process for it.`;
    throw new ServiceError('ALREADY_RUNNING', message, { details: { service, running: holder } });
  }
  holding[HOLDER] = service;
  return () => {
    holding[HOLDER] = undefined;
  };
}

/** Gives the process free, so that a program that is hosted can run a service of its own. */
export function releaseProcess(): void {
  const holding: Holding = globalThis;
  holding[HOLDER] = undefined;
}
