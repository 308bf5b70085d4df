import type { ConfigLayer } from '../layers/layer.ts';
import type { MakePrivateFolder } from './answer-cache.ts';
import { checkHttpLayerOptions, type HttpLayerOptions } from './http-layer-options.ts';

/** {@link httpLayer}, whose code is loaded with its first read: most configurations have no server. */
export function lazyHttpLayer(options: HttpLayerOptions, makeFolder: MakePrivateFolder): ConfigLayer {
  checkHttpLayerOptions(options);
  const { name = `server ${new URL(options.url).host}` } = options;
  let loading: Promise<ConfigLayer> | undefined;
  const load = (): Promise<ConfigLayer> => {
    loading ??= import('./http-layer.ts').then(({ createHttpLayer }) => createHttpLayer(name, options, makeFolder));
    return loading;
  };
  return {
    name,
    read: async (context) => (await load()).read(context),
    watch(changed, context) {
      let close: (() => void) | undefined;
      let isOpen = true;
      void load().then((layer) => {
        if (isOpen) close = layer.watch?.(changed, context);
      });
      return () => {
        isOpen = false;
        close?.();
      };
    },
  };
}
