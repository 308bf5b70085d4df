import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { ServiceError } from '../errors/service-error.ts';

/**
 * Keeps other upgrades of a service out, by a named pipe that exists once on a machine. The system closes it at the end
 * of the process, so a crash leaves no lock.
 *
 * @throws ServiceError UPGRADE_RUNNING
 */
export function lockService(service: string, machine = ''): Promise<() => void> {
  const key = createHash('sha256').update(`${machine}\n${service}`.toLowerCase()).digest('hex').slice(0, 32);
  const name = `winsvc-upgrade-${key}`;
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isHeld = error.code === 'EADDRINUSE' || error.code === 'EACCES';
      reject(isHeld ? running(service, error) : error);
    });
    // On Linux, for tests, a socket without a file.
    server.listen(process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : `\0${name}`, () => {
      server.unref();
      resolve(() => server.close());
    });
  });
}

function running(service: string, cause: Error): ServiceError {
  return new ServiceError(
    'UPGRADE_RUNNING',
    `Another upgrade or rollback of service "${service}" is running on this machine. Wait until it has ended.`,
    { cause, details: { service } },
  );
}
