import { isDeepStrictEqual } from 'node:util';
import { ServiceError } from '../../errors/service-error.ts';
import { redactUrls } from '../../util/secret-names.ts';
import { toError } from '../../util/to-error.ts';
import { type ConfigLayer, type ConfigReading, type ConfigSource, isPlainObject, type Layer } from './layer.ts';

/** Reads a layer. Whatever it does becomes data. @throws ServiceError PACKAGE_MISSING */
export async function readLayer(layer: ConfigLayer, below: unknown): Promise<Layer> {
  try {
    return toLayer(layer, await layer.read({ below }));
  } catch (thrown) {
    if (thrown instanceof ServiceError && thrown.code === 'PACKAGE_MISSING') throw thrown;
    return broken(layer, `cannot be read: ${redactUrls(toError(thrown).message)}`);
  }
}

/** Adds what the loader needs to a reading. */
export function toLayer(layer: ConfigLayer, reading: ConfigReading): Layer {
  if ('origins' in reading) return reading as Layer;
  const { value } = reading;
  if (value !== undefined && !(isPlainObject(value) && isDeepStrictEqual(value, structuredClone(value)))) {
    return broken(layer, 'must give a plain object of names and values');
  }
  return { ...reading, origins: new Map([['', { source: sourceOf(layer) }]]), problems: reading.problems ?? [] };
}

function broken(layer: ConfigLayer, message: string): Layer {
  return { value: undefined, origins: new Map(), problems: [{ path: '', message, source: sourceOf(layer) }] };
}

const sourceOf = ({ name }: ConfigLayer): ConfigSource => ({ from: 'layer', layer: name, line: undefined });
