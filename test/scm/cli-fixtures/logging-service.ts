// A service whose logs are in a folder of its own: `logging-service.mjs <name> <folder>`.
import { defineService } from 'winsvc';

const [, , name = '', dir = ''] = process.argv;

const service = defineService({
  name,
  logging: { dir },
  start(ctx) {
    const log = ctx.log.child({ requestId: 7 });
    log.info('bereit ☃', { port: 3000 });
    log.error(new Error('warum', { cause: new TypeError('deshalb') }), 'kaputt');
    console.log('Ausgabe');
    console.error('Fehlerausgabe');
  },
  commands: {
    block: {
      code: 201,
      run(ctx) {
        ctx.log.info('last words');
        console.log('last output');
        for (;;);
      },
    },
  },
  hang: { timeout: '1s', action: 'fail' },
});

await service.run();
