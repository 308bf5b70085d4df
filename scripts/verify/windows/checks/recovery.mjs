// @ts-check
/** Recovery: what the SCM does when a service fails. */
import { expect, expectNever, waitUntil } from '../verdict.mjs';

const WINE = 'its SCM stores no recovery actions and restarts nothing';
const recovery = { actions: [{ type: 'restart', delay: '1s' }], resetPeriod: '1d' };

/** @type {import('../check.mjs').Check[]} */
export const checks = [
  {
    id: 'recovery-killed',
    title: 'A killed service is restarted by its recovery actions',
    wine: WINE,
    async run(kit) {
      const { service, facts } = await kit.install('killed', { recovery });
      await service.start();
      const { pid } = await service.status();
      await kit.kill(pid);
      const again = await waitUntil(
        async () => {
          const status = await service.status();
          return status.state === 'running' && status.pid !== pid && status;
        },
        { ms: 15_000, what: 'RUNNING again, in a new process' },
      );
      return `process ${pid} was replaced by ${again.pid}; facts of ${facts()?.['pid']}`;
    },
  },
  {
    id: 'recovery-exit-code',
    title: 'STOPPED with a non-zero exit code is followed by recovery (failure actions flag)',
    wine: WINE,
    async run(kit) {
      const { service, facts } = await kit.install(
        'exit-code',
        { recovery, recoverOnFailureExit: true },
        { exitCode: 7 },
      );
      await service.start().catch(() => undefined);
      const first = await waitUntil(() => facts()?.['pid'], { ms: 15_000, what: 'the first run' });
      const second = await waitUntil(() => facts()?.['pid'] !== first && facts()?.['pid'], {
        ms: 15_000,
        what: 'a second run',
      });
      const { exit } = await service.status();
      return `process ${first} was followed by ${second}; last exit ${JSON.stringify(exit)}`;
    },
  },
  {
    id: 'recovery-requested-stop',
    title: 'A requested stop is not followed by recovery, not even when a stop handler fails',
    async run(kit) {
      const settings = { recovery, recoverOnFailureExit: true };
      for (const stopFails of [false, true]) {
        const { service } = await kit.install('asked', settings, { stopFails });
        await service.start();
        await service.stop();
        const { exit } = await service.status();
        expect('win32' in exit && exit.win32 === 0, `exit ${JSON.stringify(exit)}`);
        const isUp = async () => (await service.status()).state !== 'stopped';
        await expectNever(isUp, { ms: 3_000, what: 'a start after the stop' });
      }
      return 'exit code 0, and no start within 3 s';
    },
  },
];
