/**
 * Loaded by Node before an unchanged program (`node --import <this file> server.js`) when that is installed as a service.
 * It connects to the SCM, reads the settings of the service, and lets the program run.
 */
import { isMainThread } from 'node:worker_threads';
import { trackServers } from './drain/server-connections.ts';
import { withEventLog } from './eventlog/write/service-log.ts';
import { setHostedMark } from './hosting/current-service.ts';
import { pipeInheritedOutput } from './hosting/child-output.ts';
import { createHostedHost } from './hosting/hosted-host.ts';
import { HostedProgram } from './hosting/hosted-program.ts';
import { toJobRules } from './hosting/job-rules.ts';
import { mainOfNode } from './hosting/main-module.ts';
import { checkHostSettings } from './hosting/parse-host-options.ts';
import { programFolder } from './hosting/program-folder.ts';
import type { HostOptions } from './hosting/host-options.ts';
import { toCurrentService, toServiceOptions } from './hosting/service-options.ts';
import { createScmHost } from './scm-host.ts';
import { parseServiceOptions } from './service/options/parse-options.ts';
import { releaseProcess } from './service/process/claim-process.ts';
import { Service } from './service/service.ts';
import { systemClock } from './util/clock.ts';
import { createDeferred } from './util/deferred.ts';
import { formatLine } from './util/line-log.ts';
import { toError } from './util/to-error.ts';
import { openFfi } from './win32/ffi/open-ffi.ts';
import { type Connection, type HostThreadClient, startHostThread } from './win32/host/host-thread-client.ts';
import { containProcess } from './win32/job/contain-process.ts';
import { readHostSettings } from './win32/job/read-host-settings.ts';

/** Threads of the program run this too, and children that copy `process.execArgv` would. */
if (isMainThread && process.platform === 'win32') {
  removeFlag(process.execArgv);
  const thread = startHostThread();
  const connection = await thread.connection;
  if (connection.service) await host(thread, connection);
}

type ScmConnection = Extract<Connection, { service: true }>;

/** Resolves when the program may run. */
async function host(thread: HostThreadClient, connection: ScmConnection): Promise<void> {
  const { name } = connection;
  const servers = trackServers();
  const gate = createDeferred<undefined>();
  const { options, problem } = readOptions(name);
  const file = process.argv[1] ?? '';
  const hosted = createHostedHost(await createScmHost(thread, connection, name), options, () => program);
  const program = new HostedProgram({
    options,
    cwd: options.cwd ?? programFolder(file),
    main: mainOfNode(() => {
      gate.resolve(undefined);
    }),
    servers,
    clock: systemClock,
    callsListeners: () => true,
    prepare() {
      const rules = toJobRules(options);
      if (rules) containProcess(openFfi(), rules);
      pipeInheritedOutput();
    },
    keepAlive: (does) => {
      thread.keepAlive(does);
    },
  });
  const definition = toServiceOptions(name, options, (ctx) => {
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
  await gate.promise;
}

/** The settings that `winsvc install` left. Broken ones fail the start, with what is wrong. */
function readOptions(name: string): { readonly options: HostOptions; readonly problem?: Error } {
  try {
    const options = readHostSettings(openFfi(), name);
    checkHostSettings(`Settings of the service "${name}" (Parameters\\WinsvcHost)`, options);
    return { options };
  } catch (error) {
    return { options: {}, problem: toError(error) };
  }
}

function removeFlag(execArgv: string[]): void {
  const at = execArgv.findIndex((arg, i) => arg === '--import' && isOurs(execArgv[i + 1]));
  if (at >= 0) execArgv.splice(at, 2);
  const joined = execArgv.findIndex((arg) => arg.startsWith('--import=') && isOurs(arg.slice('--import='.length)));
  if (joined >= 0) execArgv.splice(joined, 1);
}

function isOurs(specifier: string | undefined): boolean {
  return specifier === import.meta.url;
}
