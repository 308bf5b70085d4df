/**
 * The program of a real service: `node fixture.mjs <port> <name> <plan>`. It reports to the test over a loopback socket
 * and is told there when to go on.
 */
import { once } from 'node:events';
import { createServer, connect } from 'node:net';
import { createInterface } from 'node:readline';
import { type Backstage, createActor, load } from './actor.ts';
import { performExtra } from './extras.ts';
import type { AppEvent, Plan } from './plan.ts';
import type { Hello } from './support/app-link.ts';
import { createCues } from './support/cues.ts';

const [, , port = '', name = '', planText = ''] = process.argv;
const plan = JSON.parse(Buffer.from(planText, 'base64url').toString()) as Plan;
const cues = createCues();
const socket = connect({ host: '127.0.0.1', port: Number(port), noDelay: true });
await once(socket, 'connect');
createInterface({ input: socket }).on('line', (handler) => {
  cues.release(handler);
});
const say = (what: AppEvent | Hello): void => {
  socket.write(`${JSON.stringify(what)}\n`);
};

say({ service: name, pid: process.pid });
// The test holds a handle of this process before anything can end it.
await cues.hold('hello');

// What the app has open is what counts, not what the test has.
socket.unref();

const backstage: Backstage = {
  emit: say,
  hold: (handler: string) => cues.hold(handler),
  wait: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
  async block(ms: number) {
    const until = performance.now() + ms;
    while (performance.now() < until);
  },
  exit: (code: number) => process.exit(code),
  exitSoon() {
    setImmediate(() => process.exit(0));
  },
  onSigterm(listener) {
    process.on('SIGTERM', listener);
  },
  uncaught(error: Error) {
    setImmediate(() => {
      throw error;
    });
  },
  unhandled(error: Error) {
    void Promise.reject(error);
  },
  extra: performExtra,
  openHandles() {
    setInterval(() => undefined, 1_000);
    createServer().listen(0, '127.0.0.1');
  },
};
const service = createActor(name, plan, backstage);
await load(plan, backstage);
await service.run();
