import { Cron } from 'croner';
import { defineService } from 'winsvc';

/**
 * @param {object} [options]
 * @param {(signal: AbortSignal) => Promise<void>} [options.report] the job
 * @param {string} [options.timezone]
 */
export function createService({ report = async () => {}, timezone = 'Europe/Berlin' } = {}) {
  return defineService({
    name: 'WinsvcSchedules',
    displayName: 'winsvc schedules example',
    start(ctx) {
      /** @type {Promise<void> | undefined} the run that is under way */
      let running;
      const job = new Cron(
        '30 2 * * *', // every day at 2:30
        {
          // Without a time zone it is the machine's. A service of a server in UTC would run at another hour.
          timezone,
          // A run that takes longer than the time to the next one isn't started a second time.
          protect: true,
          // An error of a job is logged. Leave this out, and it fails the service.
          catch: (error) => ctx.log.error('the report failed', { error }),
        },
        () => {
          running = report(ctx.signal).finally(() => (running = undefined));
          return running;
        },
      );
      ctx.log.info('scheduled', { next: job.nextRun()?.toISOString() });
      // At a stop: no new run, and the one under way has 15 s. ctx.signal lets the job end early and cleanly.
      ctx.onShutdown(
        'schedule',
        async () => {
          job.stop();
          await running;
        },
        { timeout: '15s' },
      );
    },
  });
}
