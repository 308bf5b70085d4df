/**
 * Loaded by Node before an unchanged program (`node --require=<this file> server.js`) that is installed as a service. It
 * holds the program back, connects to the SCM, reads the settings of the service, and lets the program run.
 */
import { isMainThread } from 'node:worker_threads';
import { containProgram } from './contain-program.ts';
import { trackServers } from './drain/server-connections.ts';
import { withEventLog } from './eventlog/write/service-log.ts';
import { setHostedMark } from './hosting/current-service.ts';
import { createHostedHost } from './hosting/hosted-host.ts';
import { HostedProgram } from './hosting/hosted-program.ts';
import { holdMain, type MainModule } from './hosting/main-module.ts';
import { checkHostSettings } from './hosting/parse-host-options.ts';
import { programFolder } from './hosting/program-folder.ts';
import { toCurrentService, toServiceOptions } from './hosting/service-options.ts';
import { takeThreadOutput } from './hosting/thread-output.ts';
import { isServiceRunning } from './is-service-running.ts';
import { createScmHost } from './scm-host.ts';
import { isHostPreload } from './scm/host-preload.ts';
import type { HostSettings } from './scm/host-settings.ts';
import { parseServiceOptions } from './service/options/parse-options.ts';
import { releaseProcess } from './service/process/claim-process.ts';
import { Service } from './service/service.ts';
import { systemClock } from './util/clock.ts';
import { formatLine } from './util/line-log.ts';
import { toError } from './util/to-error.ts';
import { openFfi } from './win32/ffi/open-ffi.ts';
import { type Connection, type HostThreadClient, startHostThread } from './win32/host/host-thread-client.ts';
import { readHostSettings } from './win32/job/read-host-settings.ts';

/** Threads of the program load hosted-thread.ts instead. Children that copy `process.execArgv` must load neither. */
if (isMainThread && process.platform === 'win32') {
  removePreload(process.execArgv);
  const main = holdMain();
  const thread = startHostThread();
  void thread.connection.then((connection) => {
    if (connection.service) return host(thread, connection, main);
    // Started by a user: the program runs by itself.
    main.load();
    return undefined;
  });
}

type ScmConnection = Extract<Connection, { service: true }>;

async function host(thread: HostThreadClient, connection: ScmConnection, main: MainModule): Promise<void> {
  const { name } = connection;
  const servers = trackServers();
  const { settings, problem } = readSettings(name);
  const flushThreads = takeThreadOutput();
  const base = await createScmHost(thread, connection, name);
  const hosted = createHostedHost(base, settings, () => program, flushThreads);
  const program = new HostedProgram({
    options: settings,
    cwd: settings.cwd ?? programFolder(process.argv[1] ?? ''),
    main,
    servers,
    clock: systemClock,
    isServiceRunning,
    callsListeners: () => true,
    prepare() {
      containProgram(settings);
    },
    keepAlive: (does) => {
      thread.keepAlive(does);
    },
  });
  const definition = toServiceOptions(name, settings, (ctx) => {
    if (problem) throw problem;
    const takeOver = (): ReturnType<typeof hosted.takeOver> => {
      setHostedMark(undefined);
      program.release();
      return hosted.takeOver();
    };
    setHostedMark({ current: toCurrentService(ctx, service), takeOver });
    return Promise.resolve(program);
  });
  const service = new Service(parseServiceOptions(definition), {
    pickHost: () => Promise.resolve(hosted.host),
    runCommand: () => Promise.resolve(1),
    log: {
      write(level, message, data) {
        process.stderr.write(formatLine(level, message, data));
      },
    },
    withEventLog,
  });
  void service.run();
  // Free for a service that the program defines itself.
  releaseProcess();
}

/** Reads the settings that the service was installed with. Wrong ones fail the start, and the error names all of them. */
function readSettings(name: string): { readonly settings: HostSettings; readonly problem?: Error } {
  try {
    const settings = readHostSettings(openFfi(), name);
    // Without settings there is nothing to load the schemas for.
    if (Object.keys(settings).length > 0)
      checkHostSettings(`Settings of the service "${name}" (Parameters\\WinsvcHost)`, settings);
    return { settings };
  } catch (error) {
    return { settings: {}, problem: toError(error) };
  }
}

/** Removes the option that loaded this file, in both of its forms. */
function removePreload(execArgv: string[]): void {
  for (let at = execArgv.length - 1; at >= 0; at--) {
    const [flag = '', file = ''] = execArgv.slice(at, at + 2);
    if (isHostPreload(flag)) execArgv.splice(at, 1);
    else if (/^(?:-r|--require)$/.test(flag) && isHostPreload(`--require=${file}`)) execArgv.splice(at, 2);
  }
}
