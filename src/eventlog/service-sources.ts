import type { EventSourcePort } from '../ports/event-log-port.ts';
import type { ServiceSourcePort } from '../ports/service-source-port.ts';
import { ensureSource, logOf, removeSource } from './event-source.ts';

/** The event sources in the registry, for the manager. @param messageFile the one that comes with the package */
export function createServiceSources(open: () => Promise<EventSourcePort>, messageFile: string): ServiceSourcePort {
  const use = async <T>(work: (port: EventSourcePort) => T): Promise<T> => {
    const port = await open();
    try {
      return work(port);
    } finally {
      port.close();
    }
  };
  return {
    find: (source) =>
      use((port) => {
        const log = logOf(port, source);
        if (log === undefined) return undefined;
        const found = port.read(log, source)?.messageFile;
        const ours = found !== undefined && fileName(found) === fileName(messageFile);
        return { log, ours, upToDate: !ours || found.toLowerCase() === messageFile.toLowerCase() };
      }),
    install: (source, log) =>
      use((port) => {
        ensureSource(port, source, log, {
          messageFile,
          categoryFile: undefined,
          categoryCount: undefined,
          parameterFile: undefined,
          types: ['info', 'warn', 'error'],
        });
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
