// @ts-check
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineService } from 'winsvc';
import { Queue } from './queue.js';

const STEPS = 5;
const { ProgramData = '.' } = process.env;

export const service = defineService({
  name: 'WinsvcUnfinishedWork',
  displayName: 'winsvc example: unfinished work',
  start(ctx) {
    const folder = join(ProgramData, ctx.name);
    mkdirSync(folder, { recursive: true });
    const queue = new Queue(join(folder, 'queue.sqlite'));
    for (const payload of ctx.args) queue.add(payload);

    const working = work(queue);
    working.catch((error) => ctx.fail(error));
    // Hooks run in reverse order: wait for the step under way, then close the database.
    ctx.onShutdown('database', () => queue.close());
    ctx.onShutdown('step', () => working, { timeout: '10s' });

    /** @param {Queue} jobs */
    async function work(jobs) {
      while (!ctx.signal.aborted) {
        const job = jobs.next();
        if (job) {
          if (job.step > 0) ctx.log.info('taken up again', { job: job.id, step: job.step });
          for (let { step } = job; step < STEPS && !ctx.signal.aborted; step += 1) {
            await sleep(1_000); // the work of the step
            jobs.finishStep({ ...job, step }, step === STEPS - 1);
            ctx.log.info('step done', { job: job.id, step });
          }
        } else {
          // Waits for a second, or until the service is asked to stop.
          await sleep(1_000, undefined, { signal: ctx.signal }).catch(() => {});
        }
      }
    }
  },
});

await service.run();
