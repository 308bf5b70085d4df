// @ts-check
/** A service that is not well: it crashes and hangs on a schedule. The SCM notices the crash, and never the hang. */
import { appendFile, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineService } from 'winsvc';
import { loadConfig } from 'winsvc/config';
import { createHeartbeatSender } from 'winsvc/heartbeat';
import { mailerSchema } from './config.js';

/** @param {{ file?: string | URL }} [options] */
export function createMailerService({ file = new URL('./mailer.yaml', import.meta.url) } = {}) {
  return defineService({
    name: 'WinsvcMailer',
    displayName: 'winsvc example: mailer',
    async start(ctx) {
      const config = await loadConfig({ schema: mailerSchema, file, env: 'MAILER_' });
      await appendFile(config.livesFile, '.');
      const life = (await stat(config.livesFile)).size;
      const fault = config.faults[(life - 1) % config.faults.length];
      const faultAt = performance.now() + config.after;

      let rounds = 0;
      let lastRound = performance.now();
      const { url, every, key } = config.heartbeats;
      const heart = createHeartbeatSender({
        id: 'mailer',
        to: { url },
        interval: every,
        key,
        payload: () => ({ life, rounds }),
        // An event loop that turns is not enough: no heartbeat while the work stands still.
        sendIf: () => performance.now() - lastRound < 2 * config.every + 1_000,
      });
      ctx.onShutdown('heartbeats', () => heart.stop());
      heart.start();

      async function work() {
        while (!ctx.signal.aborted) {
          if (performance.now() > faultAt && fault === 'crash') throw new Error('the mail queue is broken');
          // A mail server that never answers, and no timeout.
          if (performance.now() > faultAt && fault === 'hang') await new Promise(() => {});
          rounds += 1;
          lastRound = performance.now();
          await sleep(config.every, undefined, { signal: ctx.signal }).catch(() => {});
        }
      }
      void work().catch((error) => ctx.fail(error));
      ctx.log.info(`life ${life}: ${fault === 'none' ? 'all goes well' : `a ${fault} comes`}`);
    },
  });
}
