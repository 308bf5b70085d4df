/** A service that ends in one way; arguments: its name, the way, an error. Its logs and reports go to relative folders. */
import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { defineService } from 'winsvc';

const [name = '', way = '', kind = 'plain'] = process.argv.slice(2);

/** Errors that can't be formatted naively. */
const ERRORS: Readonly<Record<string, () => unknown>> = {
  ownCause() {
    const error = new Error('boom in a circle');
    error.cause = error;
    return error;
  },
  twoCauses() {
    const [a, b] = [new Error('boom in a circle'), new Error('the other one')];
    a.cause = b;
    b.cause = a;
    return a;
  },
  throwingGetters() {
    const fail = (): never => {
      throw new Error('no such thing');
    };
    const error = new Error('boom in a circle');
    return Object.defineProperties(error, { stack: { get: fail }, cause: { get: fail }, toJSON: { value: fail } });
  },
  revokedProxy() {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
};
const fail = (): never => {
  throw ERRORS[kind]?.();
};

/** A server that is asked and never answers. Resolves when it has the request. */
async function answerNever(): Promise<void> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' }).on('error', () => undefined);
  await once(server, 'request');
}

const service = defineService({
  name,
  logging: { dir: `logs ${name}` },
  // A report takes Wine seconds.
  crashReport: way === 'command' && { dir: `reports ${name}` },
  start(ctx) {
    switch (way) {
      case 'start':
        return fail();
      case 'startExit':
        return process.exit(Number(kind));
      case 'hook':
        ctx.onShutdown('db', fail);
        return undefined;
      case 'logs':
        ctx.log.error('logged all the same', { error: ERRORS[kind]?.() });
        return undefined;
      case 'exitCode':
        process.exitCode = Number(kind);
        return undefined;
      case 'listener': {
        const server = createServer().listen(0, '127.0.0.1');
        process.on('SIGTERM', () => {
          process.exitCode = Number(kind);
          server.close();
        });
        return undefined;
      }
      case 'handled':
        return new Promise<void>((resolve) => {
          process.once('uncaughtException', () => {
            resolve();
          });
          setImmediate(fail);
        });
      case 'handledRejection':
        return new Promise<void>((resolve) => {
          process.once('unhandledRejection', () => {
            resolve();
          });
          void Promise.resolve().then(fail);
        });
      case 'unhooked':
        return answerNever();
    }
    return undefined;
  },
  ...(way === 'stop' && { stop: fail }),
  commands: {
    go: {
      code: 128,
      run() {
        if (way === 'command') fail();
        setImmediate(fail);
      },
    },
  },
});
if (way === 'returns') {
  await service.run({ exit: false });
  // Nothing is left to do: the loop runs empty.
  process.exitCode = Number(kind);
} else await service.run();
