import type { Service } from 'winsvc';
import { createMockScm, type MockRun } from 'winsvc/testing';
import { type DemoScm, scmName } from './demo-scm.ts';

/** The mock SCM on the real time, because the demo does real I/O. */
export function openMockDemoScm(service: Service<'resetStats'>): DemoScm {
  const mock = createMockScm({ clock: 'real' });
  let run: MockRun<'running'> | undefined;
  const running = (): MockRun<'running'> => {
    if (!run) throw new Error('The service was not started.');
    return run;
  };
  return {
    async start(args) {
      run = await mock.start(service, { args });
    },
    interrogate: async () => scmName((await running().control('interrogate')).state),
    async pause() {
      await running().control('pause');
      await running().waitFor('paused');
    },
    async resume() {
      await running().control('continue');
      await running().waitFor('running');
    },
    async command(name) {
      await running().command(name);
    },
    async stop() {
      await running().control('stop');
    },
    async stopped() {
      const { exit = { win32: -1 } } = await running().waitFor('stopped');
      return 'win32' in exit ? exit.win32 : exit.service;
    },
    gone: () => Promise.resolve(running().process.exitCode),
    state: () => Promise.resolve(scmName(running().state)),
  };
}
