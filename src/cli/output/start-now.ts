import { join } from 'node:path';
import { readyAddresses } from '../../hosting/install/ready-addresses.ts';
import type { ServiceReport, ServiceSpec } from '../../manager/index.ts';
import { formatMs } from '../../util/duration.ts';
import { toFileName } from '../../util/file-name.ts';
import type { Cli } from '../command.ts';
import type { Arguments } from '../input/arguments.ts';
import { waiting } from '../input/target.ts';
import { describeReport } from './describe.ts';

/** Longest time that the log may take to have the record of the start. */
const LOG_MS = 2_000;
const POLL_MS = 50;

/** Service that was just started. */
export interface Started {
  readonly status: ServiceReport;
  /** Line that says where it runs, listens and logs. */
  readonly line: string;
}

/** Starts a service that was installed, and finds out where it listens and logs. */
export async function startNow(cli: Cli, args: Arguments, { name, host }: ServiceSpec): Promise<Started> {
  const service = (await cli.manager()).service(name);
  const began = cli.clock.now();
  await waiting(cli, args, name, (options) => service.start(options));
  const status = await service.status();
  const { findLogDir } = await import('../../logging/index.ts');
  const own = cli.service?.definition.logging ?? (host?.logging === false ? undefined : host?.logging);
  const dir = own?.dir ?? findLogDir(name);
  const addresses = host ? await addressesOf(cli, join(dir, `${toFileName(name)}.log`)) : [];
  const where = addresses.length > 0 ? `; listens on ${addresses.join(', ')}` : '';
  const took = formatMs(Math.round(cli.clock.now() - began));
  return { status, line: `${name} is ${describeReport(status)}, after ${took}${where}; logs in ${dir}\n` };
}

/** The log is written a moment after the service runs. */
async function addressesOf({ clock }: Cli, logFile: string): Promise<readonly string[]> {
  const until = clock.now() + LOG_MS;
  for (;;) {
    const found = readyAddresses(logFile);
    if (found.length > 0 || clock.now() >= until) return found;
    await new Promise<void>((done) => {
      clock.setTimeout(done, POLL_MS);
    });
  }
}
