import { defineService } from 'winsvc';

const service = defineService({
  name: 'WinsvcPlain',
  displayName: 'winsvc plain example',
  start(ctx) {
    // Starting until this function returns (or the promise that it returns resolves); running afterwards.
    const timer = setInterval(() => ctx.log.info('still here'), 60_000);
    // Runs at every kind of end: stop, shutdown of Windows, Ctrl+C, failure.
    ctx.onShutdown('timer', () => clearInterval(timer));
    ctx.log.info('ready');
  },
});

await service.run();
