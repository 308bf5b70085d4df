// @ts-check
/** The machine itself, and what needs a restart of it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PREFIX, expect, skip, waitUntil } from '../kit.mjs';

const marker = () => join(process.env['ProgramData'] ?? 'C:\\ProgramData', `${PREFIX}-restart.json`);
const SAC = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\CI\\Policy';
const STATES = ['off', 'on', 'evaluation'];

/** @type {import('../check.mjs').Check[]} */
export const checks = [
  {
    id: 'smart-app-control',
    title: "koffi's unsigned binary loads under this machine's policy (Smart App Control)",
    async run(kit) {
      const { stdout } = await kit.run('reg.exe', 'query', SAC, '/v', 'VerifiedAndReputablePolicyState');
      const state = /0x([0-9a-f]+)/i.exec(stdout)?.[1];
      // The checks run through it.
      return `Smart App Control: ${state === undefined ? 'not there' : (STATES[Number.parseInt(state, 16)] ?? state)}; koffi loaded`;
    },
  },
  {
    id: 'connection-limit',
    title: 'A program that never connects to the SCM fails with 1053 after its limit',
    async run(kit) {
      const { service } = await kit.install('never', {}, { notRun: true });
      const began = performance.now();
      /** @type {{ win32Code?: number, message: string }} */
      const error = await service.start().then(
        () => ({ message: 'it was started' }),
        (/** @type {{ win32Code?: number, message: string }} */ failed) => failed,
      );
      expect(error.win32Code === 1053, error.message);
      return `1053 after ${Math.round((performance.now() - began) / 1_000)} s`;
    },
  },
  {
    id: 'killed-process-handle',
    title: 'stop() returns after the process has ended',
    async run(kit) {
      const { service } = await kit.install('gone');
      await service.start();
      const { pid } = await service.status();
      await service.stop();
      /** @type {string | undefined} */
      let left;
      try {
        process.kill(pid, 0);
        left = `process ${pid} still runs`;
      } catch {
        left = undefined;
      }
      expect(left === undefined, String(left));
      return `process ${pid} is gone`;
    },
  },
  {
    id: 'other-machine',
    title: 'A service of another machine is controlled',
    async run(kit) {
      const machine = process.env['WINSVC_VERIFY_MACHINE'];
      if (!machine) skip('set WINSVC_VERIFY_MACHINE to a machine where this user is an administrator');
      const { openServiceManager } = await import('winsvc/manager');
      const remote = await openServiceManager({ machine });
      kit.onCleanup(() => remote.close());
      const { state } = await remote.service('EventLog').status();
      return `EventLog on ${machine} is ${state}`;
    },
  },
  {
    id: 'preshutdown',
    title: 'A preshutdown of the machine reaches the service',
    async run(kit) {
      if (process.argv.includes('--after-restart')) {
        if (!existsSync(marker())) skip('no check was left by --restart');
        const { name, facts } = JSON.parse(readFileSync(marker(), 'utf8'));
        const seen = existsSync(facts) ? JSON.parse(readFileSync(facts, 'utf8')) : {};
        await kit.scm.service(name).uninstall();
        rmSync(marker());
        rmSync(facts, { force: true });
        expect(seen.stopped === 'preshutdown', JSON.stringify(seen));
        return `stop with reason ${seen.stopped}`;
      }
      if (!process.argv.includes('--restart')) skip('restarts the machine: asked for with --restart');
      const name = kit.newName('preshutdown');
      const facts = join(process.env['ProgramData'] ?? 'C:\\ProgramData', `${name}.json`);
      await kit.scm.install({
        name,
        startType: 'demand',
        account: 'localSystem',
        program: {
          script: join(import.meta.dirname, '..', 'service.mjs'),
          args: [JSON.stringify({ name, facts, shutdown: 'preshutdown' })],
        },
      });
      await kit.scm.service(name).start();
      await waitUntil(() => existsSync(facts), { ms: 10_000, what: 'the service' });
      writeFileSync(marker(), JSON.stringify({ name, facts }));
      await once(spawn('shutdown.exe', ['/r', '/t', '5'], { stdio: 'ignore' }), 'exit');
      return skip('the machine restarts in 5 s; then: npm run verify:windows -- --after-restart');
    },
  },
  {
    id: 'leaves-nothing',
    title: 'The checks leave no service behind',
    async run(kit) {
      const left = (await kit.scm.list({ state: 'all' })).filter(({ name }) => name.startsWith(PREFIX));
      expect(left.length === 0, left.map(({ name }) => name).join(', '));
      return 'no service of the checks is left';
    },
  },
];
