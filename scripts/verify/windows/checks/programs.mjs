// @ts-check
/** Hosted programs, watchdog actions, heartbeats, and what the command line finds. */
import { createServer } from 'node:net';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHeartbeatReceiver } from 'winsvc/heartbeat';
import { createWatchdog } from 'winsvc/watchdog';
import { removeFolder, removeService } from '../leftovers.mjs';
import { expect, expectNever, skip, waitUntil } from '../verdict.mjs';

/** Memory that the hungry program takes without a limit, in megabytes. */
const WANTED_MB = 640;

/**
 * Runs a program that takes memory, as a hosted service.
 *
 * @param {import('../kit.mjs').Kit} kit
 * @param {Record<string, unknown>} host
 * @returns {Promise<number>} megabytes that it got
 */
async function takeMemory(kit, host) {
  const file = join(kit.folder, `${kit.newName('memory')}.json`);
  const program = { script: join(import.meta.dirname, '../hungry.mjs'), args: [file, String(WANTED_MB)] };
  const { service } = await kit.install('memory', { program, host, recovery: null });
  await service.start();
  /** @returns {{ mb: number, done?: boolean } | undefined} */
  const seen = () => {
    try {
      return JSON.parse(readFileSync(file, 'utf8'));
    } catch {
      return undefined;
    }
  };
  await waitUntil(async () => seen()?.done || (await service.status()).state === 'stopped', {
    ms: 60_000,
    what: 'the memory, or the end of the program',
  });
  return seen()?.mb ?? 0;
}

/** @type {import('../check.mjs').Check[]} */
export const checks = [
  {
    id: 'hosted-limits',
    title: 'A hosted program gets no more memory than its limit',
    wine: 'its jobs enforce no limit',
    async run(kit) {
      const free = await takeMemory(kit, {});
      expect(free === WANTED_MB, `without a limit it got ${free} MB of ${WANTED_MB}`);
      const limited = await takeMemory(kit, { limits: { memory: '256M' } });
      expect(limited < 256, `with a limit of 256 MB it got ${limited} MB`);
      return `${free} MB without a limit, ${limited} MB with one of 256 MB`;
    },
  },
  {
    id: 'heartbeat-accounts',
    title: 'Heartbeats of another account reach a receiver over a pipe',
    async run(kit) {
      kit.needsSharedNode();
      const pipe = `\\\\.\\pipe\\${kit.newName('pipe')}`;
      const key = 'a key of the checks, 16 bytes or more';
      const receiver = createHeartbeatReceiver({ pipe, key });
      kit.onCleanup(() => receiver.close());
      /** @type {string[]} */
      const alive = [];
      receiver.on('change', ({ id, state }) => {
        if (state === 'alive') alive.push(id);
      });
      await receiver.start();
      const { name, service } = await kit.install('heart', { account: 'virtual' }, { heartbeat: { pipe, key } });
      await kit.share(`NT SERVICE\\${name}`);
      await service.start();
      await waitUntil(() => alive.includes(name), { ms: 10_000, what: 'a heartbeat of the service' });
      return `alive: ${alive.join(', ')}`;
    },
  },
  {
    id: 'action-batch',
    title: 'A watchdog action that is a .cmd file runs, and ends with its child processes past its timeout',
    wine: 'its taskkill knows no /T',
    async run(kit) {
      const [batch, out] = [join(kit.folder, 'action.cmd'), join(kit.folder, 'action & (out).txt')];
      const [ticking, ticks] = [join(kit.folder, 'tick.cjs'), join(kit.folder, 'ticks.txt')];
      writeFileSync(
        ticking,
        "const { appendFileSync, writeFileSync } = require('fs');\n" +
          "writeFileSync(process.argv[2] + '.pid', String(process.pid));\n" +
          "setInterval(() => appendFileSync(process.argv[2], '.'), 50);\n",
      );
      kit.onCleanup(
        () => existsSync(`${ticks}.pid`) && kit.run('taskkill.exe', '/f', '/pid', readFileSync(`${ticks}.pid`, 'utf8')),
      );
      writeFileSync(
        batch,
        `@echo %WATCH_TARGET% > %1\r\n@"${process.execPath}" "${ticking}" "${ticks}"\r\n@echo end >> %1\r\n`,
      );
      /** @type {(string | undefined)[]} */
      const ends = [];
      const watchdog = createWatchdog({
        targets: [
          {
            name: 'the target',
            checks: [
              {
                name: 'always',
                kind: 'verify',
                options: { interval: '200ms' },
                run: () => Promise.resolve({ verdict: 'fail', certain: true, message: 'always' }),
              },
            ],
            actions: { run: batch, args: [out] },
            actionTimeout: '5s',
          },
        ],
      });
      kit.onCleanup(() => watchdog.close());
      watchdog.on('actionEnd', (_, error) => ends.push(error?.message));
      await watchdog.start();
      const sizeOf = (/** @type {string} */ path) => (existsSync(path) ? statSync(path).size : 0);
      await waitUntil(() => sizeOf(ticks) > 0, { ms: 10_000, what: 'the child process of the batch file' });
      expect(readFileSync(out, 'utf8').trim() === 'the target', `the batch file wrote ${readFileSync(out, 'utf8')}`);
      await waitUntil(() => ends.length > 0, { ms: 20_000, what: 'the end of the action' });
      expect(ends[0] !== undefined, 'the action succeeded although its child process had not ended');
      const last = sizeOf(ticks);
      await expectNever(() => sizeOf(ticks) > last, { ms: 1_000, what: 'a sign of its child process after its end' });
      expect(!readFileSync(out, 'utf8').includes('end'), 'the batch file ran on');
      return `it ran, and ended with: ${ends[0]}`;
    },
  },
  {
    id: 'image-path-variables',
    title: 'The SCM replaces %NAME% in the command line of a service',
    async run(kit) {
      const name = kit.newName('variables');
      const facts = join(kit.folder, `${name}.json`);
      const script = join(import.meta.dirname, '../service.mjs');
      const args = [JSON.stringify({ name, facts }), '%SystemRoot%', '%NO_SUCH_VARIABLE%'];
      const installed = await kit.install('variables', { name, program: { script, args } });
      await installed.service.start();
      const [replaced, unknown] = installed.facts()?.['argv'] ?? [];
      expect(/^[a-z]:\\/i.test(String(replaced)), `%SystemRoot% arrived as ${String(replaced)}`);
      expect(unknown === '%NO_SUCH_VARIABLE%', `an unknown variable arrived as ${String(unknown)}`);
      return `%SystemRoot% arrived as ${String(replaced)}`;
    },
  },
  {
    id: 'environment',
    title: 'Variables of a service reach its process',
    wine: 'it gives a service no variables of its own',
    async run(kit) {
      const value = 'größer & "日本"';
      const { service, facts } = await kit.install('environment', { environment: { WINSVC_VERIFY: value } });
      await service.start();
      const seen = facts()?.['variable'];
      expect(seen === value, `the variable is ${String(seen)}`);
      return `WINSVC_VERIFY is ${value}`;
    },
  },
  {
    id: 'import-nssm',
    title: 'A service of the real NSSM is imported and replaced under its name',
    async run(kit) {
      const found = await kit.run('nssm.exe', 'version');
      if (found.code === -1) skip('nssm.exe is not in PATH');
      const name = kit.newName('nssm');
      const file = join(kit.folder, `${name}.json`);
      kit.onCleanup(() => removeFolder(join(kit.programData(), name)));
      kit.onCleanup(() => removeService(kit.scm, name));
      const program = [process.execPath, join(import.meta.dirname, '../hungry.mjs'), file, '32'];
      const made = await kit.run('nssm.exe', 'install', name, ...program);
      expect(made.code === 0, `nssm could not install it: ${made.stdout}${made.stderr}`);
      await kit.scm.service(name).start();
      await waitUntil(() => existsSync(file), { ms: 20_000, what: 'the program under NSSM' });
      rmSync(file);
      const { code, stdout, stderr } = await kit.cli('import', name, '--apply');
      expect(code === 0, `winsvc import: ${stdout}${stderr}`);
      await waitUntil(() => existsSync(file), { ms: 20_000, what: 'the program under winsvc' });
      const { imagePath } = await kit.scm.service(name).config();
      expect(!/nssm/i.test(imagePath.replaceAll(name, '')), `the command line is still ${imagePath}`);
      return imagePath;
    },
  },
  {
    id: 'doctor-reserved-port',
    title: 'winsvc doctor finds a port that Windows reserves (EACCES)',
    wine: 'it reserves no ports',
    async run(kit) {
      const server = createServer();
      const port = await new Promise((resolve) => {
        server.listen(0, '127.0.0.1', () =>
          resolve(/** @type {import('node:net').AddressInfo} */ (server.address()).port),
        );
      });
      await new Promise((resolve) => server.close(resolve));
      const range = ['protocol=tcp', `startport=${port}`, 'numberofports=1'];
      const added = await kit.run('netsh.exe', 'int', 'ipv4', 'add', 'excludedportrange', ...range, 'store=active');
      expect(added.code === 0, `netsh could not reserve port ${port}: ${added.stdout}${added.stderr}`);
      kit.onCleanup(() => kit.run('netsh.exe', 'int', 'ipv4', 'delete', 'excludedportrange', ...range, 'store=active'));
      const { name } = await kit.install('port', { environment: { PORT: String(port) } });
      const { stdout, stderr } = await kit.cli('doctor', name, '--json');
      expect(/reserve/i.test(stdout) && stdout.includes(String(port)), `doctor says ${stdout}${stderr}`);
      return `port ${port} is found to be reserved`;
    },
  },
  {
    id: 'doctor-healthy',
    title: 'winsvc doctor finds no error in a service that runs',
    async run(kit) {
      kit.needsSharedNode();
      const { name, service } = await kit.install('doctor', { account: 'virtual' });
      await kit.share(`NT SERVICE\\${name}`);
      await service.start();
      const { stdout, stderr } = await kit.cli('doctor', name, '--json');
      const { findings } = /** @type {{ findings: { outcome: string }[] }} */ (JSON.parse(stdout || '{}'));
      expect(Array.isArray(findings) && findings.length > 0, `doctor says ${stdout}${stderr}`);
      const failed = findings.filter(({ outcome }) => outcome === 'fail');
      expect(failed.length === 0, JSON.stringify(failed));
      return `${findings.length} findings, none of them an error`;
    },
  },
];
