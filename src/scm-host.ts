import { warnInEventLog } from './eventlog/write/service-log.ts';
import { openServiceLogs } from './logging/write/service-logs.ts';
import type { ServiceHost } from './host/service-host.ts';
import { storeCrashReport, takeCrashReport } from './service/failure/crash-report.ts';
import { nodeProcess } from './service/process/node-process.ts';
import { programPath } from './util/program-path.ts';
import { serviceFolder } from './util/service-folder.ts';
import { createLazyEventLog } from './win32/eventlog/lazy-event-log.ts';
import { openFfi } from './win32/ffi/open-ffi.ts';
import type { Connection, HostThreadClient } from './win32/host/host-thread-client.ts';
import { createWin32ServiceHost } from './win32/host/win32-service-host.ts';
import { registerEmergencyFlush } from './win32/host/app-report.ts';
import { makePrivateFolder } from './win32/folders/private-folder.ts';

/** Creates the host for the SCM, with its event log and log files. A separate file: it is loaded while the host thread boots. */
export async function createScmHost(
  thread: HostThreadClient,
  connection: Extract<Connection, { service: true }>,
  definedName: string,
): Promise<ServiceHost> {
  // A program in a terminal can get the connection of a service that starts at the same moment.
  if (connection.name.toLowerCase() !== definedName.toLowerCase() || isInTerminal()) {
    const { checkOwnProcess } = await import('./win32/host/check-own-process.ts');
    checkOwnProcess(openFfi(), connection.name, definedName);
  }
  const eventLog = createLazyEventLog(openFfi);
  const makeDirFor =
    (service: string) =>
    (dir: string): void => {
      makePrivateFolder(dir, openFfi, service);
    };
  return {
    ...createWin32ServiceHost(thread, connection, nodeProcess),
    eventLog,
    openCrashReports({ name, crashReport }) {
      if (!crashReport) return undefined;
      const { keep } = crashReport;
      const dir = crashReport.dir === undefined ? serviceFolder(name, 'reports') : programPath(crashReport.dir);
      const target = { dir, keep, makeDir: makeDirFor(name) };
      const write = (error?: Error): string => storeCrashReport(takeCrashReport(error), target);
      registerEmergencyFlush({ report: write });
      return write;
    },
    openLogs(definition) {
      const cannotWrite = (error: Error): void => {
        warnInEventLog(eventLog, definition, `The log files can't be written: ${error.message}`);
      };
      const logs = openServiceLogs(definition.name, definition.logging ?? {}, cannotWrite, makeDirFor(definition.name));
      thread.send({ type: 'logs', crashBuffers: logs.crashBuffers });
      registerEmergencyFlush({ flush: () => logs.log.flush?.() });
      return logs;
    },
  };
}

/** Windows and OpenSSH set these for the programs of users who are logged on, and not for services. */
function isInTerminal(): boolean {
  return (process.env['SESSIONNAME'] ?? process.env['SSH_CONNECTION']) !== undefined;
}
