import type { EventSources } from '../../scm/event-log.ts';
import type { ServiceSources } from '../../scm/service-source.ts';
import { ensureSource, findLog, removeSource } from './event-source.ts';
import { waitForLog } from './wait-for-log.ts';

/** Creates the event sources of the registry for the manager. @param messageFile path of the message file of the package */
export function createServiceSources(open: () => Promise<EventSources>, messageFile: string): ServiceSources {
  const use = async <T>(work: (port: EventSources) => T | Promise<T>): Promise<T> => {
    const port = await open();
    try {
      return await work(port);
    } finally {
      port.close();
    }
  };
  return {
    find: (source) =>
      use((port) => {
        const log = findLog(port, source);
        if (log === undefined) return undefined;
        const found = port.read(log, source)?.messageFile;
        const ours = found !== undefined && fileName(found) === fileName(messageFile);
        return { log, ours, upToDate: !ours || found.toLowerCase() === messageFile.toLowerCase() };
      }),
    install: (source, log) =>
      use(async (port) => {
        ensureSource(port, source, log, {
          messageFile,
          categoryFile: undefined,
          categoryCount: undefined,
          parameterFile: undefined,
          types: ['info', 'warn', 'error'],
        });
        await waitForLog(port, log);
      }),
    remove: (source, log) =>
      use((port) => {
        removeSource(port, source, log);
      }),
  };
}

function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1)?.toLowerCase() ?? '';
}
