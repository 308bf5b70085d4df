import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServerRegistry } from '../drain/server-connections.ts';
import { ServiceError } from '../errors/service-error.ts';
import type { ServiceHost } from '../host/service-host.ts';
import { parseServiceOptions } from '../service/options/parse-options.ts';
import { releaseProcess } from '../service/process/claim-process.ts';
import { Service, type ServiceEnvironment } from '../service/service.ts';
import { systemClock } from '../util/clock.ts';
import { setHostedMark } from './current-service.ts';
import type { HostOptions } from './host-options.ts';
import type { HostedHost } from './hosted-host.ts';
import type { HostedProgram } from './hosted-program.ts';
import type { ServiceProbe } from './poll-target.ts';
import { checkHostOptions } from './parse-host-options.ts';
import { programFolder, programName } from './program-folder.ts';
import { toCurrentService, toServiceOptions } from './service-options.ts';

/**
 * Makes a service of a module that knows nothing of services.
 *
 * @param contain makes limits and `children` hold for this process
 * @throws ServiceError INVALID_OPTIONS
 */
export function createHostedService(
  path: string | URL,
  options: HostOptions,
  environment: ServiceEnvironment,
  servers: ServerRegistry,
  isServiceRunning: ServiceProbe,
  contain: (options: HostOptions) => Promise<void>,
): Service<never> {
  checkHostOptions('hostModule', options);
  const file = toFile(path);
  const cwd = resolve(options.cwd ?? programFolder(file));
  let program: HostedProgram | undefined;
  let hosted: HostedHost | undefined;
  const wrap = async (host: ServiceHost): Promise<ServiceHost> => {
    const { createHostedHost } = await import('./lazy-program.ts');
    hosted = createHostedHost(host, options, () => program);
    return hosted.host;
  };
  let host: ServiceHost | undefined;
  const definition = toServiceOptions(options.name ?? programName(file), options, async (ctx) => {
    const { HostedProgram, mainModule } = await import('./lazy-program.ts');
    const takeOver = hosted?.takeOver.bind(hosted);
    releaseProcess();
    if (takeOver) setHostedMark({ current: toCurrentService(ctx, service), takeOver });
    program = new HostedProgram({
      options,
      cwd,
      main: mainModule(file, options.args ?? ctx.args),
      servers,
      clock: systemClock,
      isServiceRunning,
      callsListeners: () => host?.kind !== 'console',
      // A terminal and a test keep what they have: the process is theirs.
      prepare: () => (host?.kind === 'scm' ? contain(options) : undefined),
      keepAlive: (does) => host?.keepAlive?.(does),
    });
    return program;
  });
  const service: Service<never> = new Service<never>(parseServiceOptions(definition), {
    ...environment,
    pickHost: async (name, args) => {
      host = await wrap(await environment.pickHost(name, args));
      return host;
    },
  });
  return service;
}

function toFile(path: string | URL): string {
  const file = resolve(path instanceof URL || path.startsWith('file:') ? fileURLToPath(path) : path);
  if (existsSync(file) && statSync(file).isFile()) return file;
  throw new ServiceError('INVALID_OPTIONS', `hostModule: there is no file ${file}.`, { details: { path: file } });
}
