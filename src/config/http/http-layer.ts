import { ServiceError } from '../../errors/service-error.ts';
import { toError } from '../../util/to-error.ts';
import { parserFor } from '../file/parser-for.ts';
import type { ConfigLayer, ConfigReading, ConfigSource, Layer } from '../layers/layer.ts';
import { textToLayer } from '../layers/text-layer.ts';
import { AnswerCache, type CachedAnswer, type MakePrivateFolder } from './answer-cache.ts';
import type { HttpAnswer, HttpLayerOptions } from './http-layer-options.ts';
import { HttpSource } from './http-source.ts';

type LayerSource = ConfigSource & { readonly from: 'layer' };
/** A layer whose notice can be set late: by what happens when it is accepted. */
type Reading = Layer & { notice?: Error | undefined };

/** Layer of a configuration server, with the way to make a private folder on this system. */
export function createHttpLayer(name: string, options: HttpLayerOptions, makeFolder: MakePrivateFolder): ConfigLayer {
  const url = new URL(options.url);
  const { cacheFile, optional = false, format, text } = options;
  const from: LayerSource = { from: 'layer', layer: name, line: undefined };
  const source = new HttpSource(options);
  const cache = cacheFile === undefined ? undefined : new AnswerCache(cacheFile, url.href, makeFolder);
  /** Last accepted answer. */
  let accepted: CachedAnswer | undefined;
  let uncached: Error | undefined;
  let cacheIsRead = false;

  async function readCache(): Promise<void> {
    if (cacheIsRead) return;
    cacheIsRead = true;
    try {
      accepted = await cache?.load();
    } catch (thrown) {
      uncached = cacheError(thrown);
    }
  }
  function cacheError(thrown: unknown): Error {
    return new Error(`the cache file ${cacheFile ?? ''} of ${name} cannot be used: ${toError(thrown).message}`);
  }
  const nothing = (): Reading => ({ value: undefined, origins: new Map([['', { source: from }]]), problems: [] });

  async function toReading(answer: HttpAnswer): Promise<Reading> {
    try {
      const body = text ? text(answer) : answer.body;
      if (typeof body !== 'string') return broken('cannot be read: the option text gave no text');
      const parse = await parserFor(format ?? formatOf(answer), 'A YAML configuration');
      return { ...textToLayer(from, parse(body), undefined) };
    } catch (thrown) {
      if (thrown instanceof ServiceError) throw thrown;
      // Its message may quote the answer.
      return broken(`cannot be read: the option text threw a ${toError(thrown).name}`);
    }
  }
  const broken = (message: string): Reading => ({ ...nothing(), problems: [{ path: '', message, source: from }] });

  /** Reading of the last accepted answer, which says why it is used. */
  async function older(why: string): Promise<Reading | undefined> {
    if (!accepted) return undefined;
    const since = new Date(accepted.at).toISOString();
    const notice = new Error(`${why}; its configuration of ${since} stays in force`);
    return { ...(await toReading(accepted.answer)), notice };
  }

  async function accept(answer: HttpAnswer, reading: Reading): Promise<void> {
    const isSame = accepted?.answer.body === answer.body && uncached === undefined;
    accepted = { answer, at: isSame ? (accepted?.at ?? Date.now()) : Date.now() };
    if (isSame) return;
    uncached = undefined;
    try {
      await cache?.save(accepted);
    } catch (thrown) {
      uncached = cacheError(thrown);
      reading.notice = uncached;
    }
  }

  return {
    name,
    async read() {
      await readCache();
      source.begin(accepted?.answer);
      const read = await source.read();
      if ('failure' in read) {
        const away = `${name} cannot be read: ${read.failure.message}`;
        const before = await older(away);
        if (before) return before;
        const why = uncached ? `${read.failure.message}; ${uncached.message}` : read.failure.message;
        return optional
          ? { ...nothing(), notice: new Error(`${away}; it has no configuration yet`) }
          : broken(`cannot be read: ${why}`);
      }
      const { answer } = read;
      const reading = await toReading(answer);
      return Object.assign(reading, {
        notice: uncached,
        accepted: () => accept(answer, reading),
        fallback: (reason: Error): Promise<ConfigReading | undefined> =>
          accepted?.answer.body === answer.body
            ? Promise.resolve(undefined)
            : older(`the answer of ${name} cannot be used: ${reason.message}`),
      });
    },
    watch(changed, { clock }) {
      const ending = new AbortController();
      void source.watch(changed, clock, ending.signal);
      return () => {
        ending.abort();
      };
    },
  };
}

function formatOf({ headers }: HttpAnswer): 'json' | 'yaml' {
  return /\byaml\b/i.test(headers.get('content-type') ?? '') ? 'yaml' : 'json';
}
