// @ts-check
/** Controls: answers, events, triggers. */
import { connect } from 'node:net';
import { expect, Skip, waitUntil } from '../verdict.mjs';

/** @param {Promise<unknown>} call @returns {Promise<{ win32Code?: number, message: string }>} */
async function refusal(call) {
  try {
    await call;
  } catch (error) {
    return /** @type {{ win32Code?: number, message: string }} */ (error);
  }
  throw new Error('The call was accepted.');
}

/** @type {import('../check.mjs').Check[]} */
export const checks = [
  {
    id: 'control-refused',
    title: 'A control without a handler is answered with ERROR_CALL_NOT_IMPLEMENTED (120)',
    wine: 'its SCM drops what HandlerEx returns',
    async run(kit) {
      const { service } = await kit.install('refused');
      await service.start();
      const { win32Code, message } = await refusal(service.command(201));
      expect(win32Code === 120, `${win32Code}: ${message}`);
      return message;
    },
  },
  {
    id: 'control-stopped',
    title: 'A control to a stopped service fails with ERROR_SERVICE_NOT_ACTIVE (1062)',
    async run(kit) {
      const { service } = await kit.install('not-active');
      const { win32Code, message } = await refusal(service.command(200));
      expect(win32Code === 1062, `${win32Code}: ${message}`);
      return message;
    },
  },
  {
    id: 'killed-seen',
    title: 'A killed service is STOPPED at once, with 1067',
    wine: 'Wine 8 sees the end of a killed service at the next start only',
    async run(kit) {
      const { service } = await kit.install('seen', { recovery: null });
      await service.start();
      const { pid } = await service.status();
      await kit.kill(pid);
      const { exit } = await waitUntil(
        async () => {
          const status = await service.status();
          return status.state === 'stopped' && status;
        },
        { ms: 5_000, what: 'STOPPED' },
      );
      expect('win32' in exit && exit.win32 === 1067, `exit ${JSON.stringify(exit)}`);
      return 'STOPPED with 1067';
    },
  },
  {
    id: 'arguments-empty',
    title: 'An empty start argument arrives',
    wine: 'its SCM ends the list of arguments at an empty one',
    async run(kit) {
      const { service, facts } = await kit.install('arguments');
      const args = ['a', '', 'zwei Wörter', '日本'];
      await service.start({ args });
      const seen = facts()?.['args'];
      expect(JSON.stringify(seen) === JSON.stringify(args), `arrived: ${JSON.stringify(seen)}`);
      return JSON.stringify(seen);
    },
  },
  {
    id: 'trigger-pipe',
    title: 'A named pipe trigger starts the service',
    wine: 'its SCM knows no triggers (124)',
    async run(kit) {
      const pipe = kit.newName('pipe');
      const { service } = await kit.install('trigger', {
        triggers: [{ event: 'namedPipeEndpoint', action: 'start', data: [{ type: 'text', value: [pipe] }] }],
      });
      const socket = connect(`\\\\.\\pipe\\${pipe}`).on('error', () => undefined);
      kit.onCleanup(() => socket.destroy());
      await service.waitFor('running', { timeout: '30s' });
      return 'RUNNING after a client had opened the pipe';
    },
  },
  {
    id: 'time-change',
    title: 'A change of the system time reaches the service',
    wine: 'it sends no TIMECHANGE',
    async run(kit) {
      const { service, facts } = await kit.install('time');
      await service.start();
      const adjust = 'Set-Date -Adjust 0:0:0.01 | Out-Null; Set-Date -Adjust -0:0:0.01 | Out-Null';
      await kit.powershell(adjust).catch((/** @type {Error} */ error) => {
        throw error instanceof Skip ? error : new Skip(`the clock can't be set here: ${error.message}`);
      });
      await waitUntil(() => facts()?.['timeChanged'], { ms: 5_000, what: 'TIMECHANGE' });
      return 'on.timeChange was called';
    },
  },
];
