/** A service that warns at its start and stops; arguments: its name, its log folder. */
import { defineService } from 'winsvc';

const [name = '', dir = ''] = process.argv.slice(2);

const service = defineService({
  name,
  logging: { dir },
  start(ctx) {
    ctx.log.info('before');
    ctx.log.warn('careful');
    ctx.log.warn('once more');
    ctx.log.info('after');
  },
});
await service.run();
