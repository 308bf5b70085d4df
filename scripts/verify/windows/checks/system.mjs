// @ts-check
/** The machine itself, and what needs a restart of it. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { openServiceManager } from 'winsvc/manager';
import { PREFIX, findLeftovers, programData, removeFolder } from '../leftovers.mjs';
import { expect, skip, waitUntil } from '../verdict.mjs';

const SAC = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\CI\\Policy';
const STATES = ['off', 'on', 'evaluation'];
/** Seconds until the restart: the report is written before it. */
const RESTART_AFTER = '60';

/** File that waits for the run after the restart. */
const marker = () => join(programData(), `${PREFIX}-restart.json`);

/** @returns {{ name: string, facts: string, folder: string } | undefined} */
const readMarker = () => (existsSync(marker()) ? JSON.parse(readFileSync(marker(), 'utf8')) : undefined);

/** First half of the preshutdown check. @param {import('../kit.mjs').Kit} kit @returns {Promise<never>} */
async function beforeRestart(kit) {
  const name = kit.newName('preshutdown');
  const facts = join(programData(), `${name}.json`);
  const here = join(import.meta.dirname, '..');
  await kit.scm.install({
    name,
    startType: 'demand',
    account: 'localSystem',
    program: { script: join(here, 'service.mjs'), args: [JSON.stringify({ name, facts, shutdown: 'preshutdown' })] },
  });
  await kit.scm.service(name).start();
  await waitUntil(() => existsSync(facts), { ms: 10_000, what: 'the service' });
  // The folder of the checks stays: the service runs in it until the restart.
  writeFileSync(marker(), JSON.stringify({ name, facts, folder: join(here, '..') }));
  const { code, stderr } = await kit.run('shutdown.exe', '/r', '/t', RESTART_AFTER);
  expect(code === 0, `shutdown.exe: ${stderr}`);
  return skip(`the machine restarts in ${RESTART_AFTER} s; then: npm run verify:windows -- --after-restart`);
}

/** Second half: what the service saw, and the removal of it all. @param {import('../kit.mjs').Kit} kit */
async function afterRestart(kit) {
  const left = readMarker();
  if (left === undefined) skip('no check was left by --restart');
  const { name, facts, folder } = left;
  const seen = existsSync(facts) ? JSON.parse(readFileSync(facts, 'utf8')) : {};
  await kit.scm.service(name).uninstall();
  for (const file of [marker(), facts]) rmSync(file, { force: true });
  for (const path of [folder, join(programData(), name)]) await removeFolder(path);
  expect(seen.stopped === 'preshutdown', JSON.stringify(seen));
  return `stop with reason ${seen.stopped} at ${seen.stoppedAt}`;
}

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
      const error = await service.start({ timeout: '2m' }).then(
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
      let left = 'it still runs';
      try {
        process.kill(pid, 0);
      } catch (error) {
        // EPERM: it runs, and this account may not end it.
        const { code } = /** @type {NodeJS.ErrnoException} */ (error);
        left = code === 'ESRCH' ? undefined : code;
      }
      expect(left === undefined, `process ${pid}: ${String(left)}`);
      return `process ${pid} is gone`;
    },
  },
  {
    id: 'other-machine',
    title: 'A service of another machine is installed, read, controlled and removed',
    async run(kit) {
      // Its own name goes the same way, by RPC and, for the environment, by Remote Registry.
      const machine = process.env['WINSVC_VERIFY_MACHINE'] ?? hostname();
      const { name } = await kit.install('remote', { environment: { A: '1' } });
      const remote = await openServiceManager({ machine });
      kit.onCleanup(() => remote.close());
      if (machine !== hostname())
        return `EventLog on ${machine} is ${(await remote.service('EventLog').status()).state}`;
      const service = remote.service(name);
      const { environment, unsupported } = await service.config();
      expect(
        environment?.['A'] === '1' || unsupported.includes('environment'),
        'the environment is lost without a word',
      );
      await service.configure({ description: 'over the network' });
      expect((await service.config()).description === 'over the network', 'the description was not changed');
      await service.start();
      await service.stop();
      return `by the name ${machine}; not readable there: ${unsupported.join(', ') || 'nothing'}`;
    },
  },
  {
    id: 'leaves-nothing',
    title: 'The checks leave no service, folder, event source and task behind',
    async run(kit) {
      const kept = [readMarker()?.name, `${PREFIX}-restart.json`, `${readMarker()?.name}.json`, basename(kit.folder)];
      const left = await findLeftovers(
        kit.scm,
        kit.run,
        kept.flatMap((name) => name ?? []),
      );
      expect(left.length === 0, left.map(({ kind, name }) => `${kind} ${name}`).join(', '));
      return 'nothing is left';
    },
  },
  {
    // The last one: it restarts the machine.
    id: 'preshutdown',
    title: 'A preshutdown of the machine reaches the service',
    async run(kit) {
      if (process.argv.includes('--after-restart')) return afterRestart(kit);
      if (!process.argv.includes('--restart')) skip('restarts the machine: asked for with --restart');
      return beforeRestart(kit);
    },
  },
];
