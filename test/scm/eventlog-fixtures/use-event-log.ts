/** Runs steps of `winsvc/eventlog` on Windows: arguments are a JSON file with the steps and one for their results. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { defaultMessageFile, defineEvents, installEventSource, openEventLog, removeEventSource } from 'winsvc/eventlog';

/** One call. */
export type Step =
  | { readonly call: 'install'; readonly options: Parameters<typeof installEventSource>[0] }
  | { readonly call: 'remove'; readonly options: Parameters<typeof removeEventSource>[0] }
  | { readonly call: 'loaded' | 'messageFile' }
  | {
      readonly call: 'write';
      readonly source: string;
      readonly machine?: string;
      readonly records: readonly {
        message: string;
        id?: number;
        category?: number;
        strings?: string[];
        data?: string;
        user?: string;
      }[];
    }
  | { readonly call: 'event'; readonly source: string };

const events = defineEvents(
  {
    slow: { id: 60_000, severity: 'warn', message: '%1 took %2 ms', params: ['url', 'ms:number'], category: 'disk' },
  },
  { categories: { network: 'Network', disk: 'Disk' } },
);

async function run(step: Step): Promise<unknown> {
  switch (step.call) {
    case 'install':
      return installEventSource(step.options);
    case 'remove':
      return (await removeEventSource(step.options)) ?? null;
    case 'loaded':
      return Object.keys(createRequire(import.meta.url).cache).some((file) => file.includes('koffi'));
    case 'messageFile':
      return defaultMessageFile();
    case 'write': {
      const refused: unknown[] = [];
      const { source, machine } = step;
      await using log = openEventLog({
        source,
        ...(machine === undefined ? {} : { machine }),
        fallback: { write: (level, message) => refused.push({ level, message }) },
      });
      for (const { message, ...extras } of step.records) log.warn(message, extras);
      await log.flush();
      return refused;
    }
    case 'event': {
      using log = openEventLog({ source: step.source });
      log.warn(events.slow({ url: '/orders', ms: 1200 }), { user: 'S-1-5-18' });
      return 'written';
    }
  }
}

const [stepsFile = '', resultsFile = ''] = process.argv.slice(2);
const results: unknown[] = [];
for (const step of JSON.parse(readFileSync(stepsFile, 'utf8')) as Step[]) {
  results.push(
    await run(step).catch((error: unknown) => {
      const { name, code, message } = error as { name: string; code?: string; message: string };
      return { error: { name, code, message } };
    }),
  );
}
writeFileSync(resultsFile, JSON.stringify(results));
