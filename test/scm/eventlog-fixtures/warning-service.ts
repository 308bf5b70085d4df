/** A service that warns at its start and stops; arguments: its name, its log folder. */
import { createRequire } from 'node:module';
import { defineService } from 'winsvc';

const [name = '', dir = ''] = process.argv.slice(2);
const loaded = (): boolean => Object.keys(createRequire(import.meta.url).cache).some((file) => file.includes('koffi'));

const service = defineService({
  name,
  logging: { dir },
  start(ctx) {
    ctx.log.info('before', { loaded: loaded() });
    ctx.log.warn('careful');
    ctx.log.warn('once more');
    ctx.log.info('after', { loaded: loaded() });
  },
});
await service.run();
