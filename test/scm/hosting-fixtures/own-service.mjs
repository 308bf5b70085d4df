// Installed as a hosted program, and a service all the same.
import { defineService } from 'winsvc';

await defineService({
  name: 'Anything',
  start(ctx) {
    console.log('own start');
    ctx.onShutdown('bye', () => console.log('own hook'));
  },
  pause() {},
  resume() {},
}).run();
