import { connect } from 'node:net';
import { port, text } from '../../util/option-types.ts';
import * as z from 'zod/mini';
import { type Check, type CheckOptions, type CheckResult, pass } from '../check.ts';
import { checkCheck } from '../check-options.ts';

/** Options of `tcpCheck`. */
export interface TcpCheckOptions extends CheckOptions {
  /** TCP port. */
  readonly port: number;
  /** Host name or address. Default `'127.0.0.1'`. */
  readonly host?: string;
  /** Name of the check. Default `'tcp HOST:PORT'`. */
  readonly name?: string;
}

/** Passes when a connection can be opened; it is closed at once. @throws ServiceError INVALID_OPTIONS */
export function tcpCheck(options: TcpCheckOptions): Check {
  checkCheck('tcpCheck', { port, host: z.optional(text) }, options);
  const { host = '127.0.0.1' } = options;
  return {
    name: options.name ?? `tcp ${host}:${options.port}`,
    kind: 'tcp',
    options,
    run: ({ signal }) =>
      new Promise<CheckResult>((resolve, reject) => {
        const socket = connect({ host, port: options.port, signal });
        socket.once('connect', () => {
          socket.destroy();
          resolve(pass());
        });
        socket.once('error', reject);
        socket.once('close', () => {
          reject(new Error('the connection was closed'));
        });
      }),
  };
}
