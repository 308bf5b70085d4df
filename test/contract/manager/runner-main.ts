/**
 * Runs scenarios where the SCM is: `node runner.mjs <port> <node.exe> <service.mjs> <folder>`. Each line from the test
 * names a scenario; each answer says how it went.
 */
import { randomBytes } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openServiceManager, type ServiceManager } from 'winsvc/manager';
import type { ScmKind } from '../driver.ts';
import { type ManagerStage, removeAll } from './stage.ts';
import { TOPICS } from './suite.ts';

const [, , port = '', kind = 'wine', service = '', dir = ''] = process.argv;
/** Not its pid: Wine gives a pid again, and what an earlier run was cut off from may still have its name. */
const RUN = randomBytes(3).toString('hex');
let count = 0;

function createStage(manager: ServiceManager, names: string[]): ManagerStage {
  return {
    kind: kind as ScmKind,
    manager,
    other: () => openServiceManager(),
    name(label = 'winsvc manager contract') {
      const name = `${label} ${RUN} ${++count}`;
      names.push(name);
      return name;
    },
    spec(name, behaviour = 'plain') {
      const line = [process.execPath, service, name, behaviour, fileOf(name)].map((part) => `"${part}"`).join(' ');
      return { name, imagePath: line };
    },
    startedWith: (name) => JSON.parse(readFileSync(fileOf(name), 'utf8')) as string[],
    storedDependencies: dependenciesInRegistry,
    hold: holdService,
    async kill(name) {
      const { pid } = await manager.service(name).status();
      // taskkill enables SeDebugPrivilege, which the end of a process of SYSTEM needs.
      const { status } = spawnSync('taskkill.exe', ['/f', '/pid', String(pid)], { windowsHide: true });
      if (status !== 0) throw new Error(`taskkill could not end process ${pid}`);
      while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    refusedSetting: () => ({ securityDescriptor: 'D:(this is no SDDL)' }),
    after: (ms, fn) => void setTimeout(fn, ms),
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and this account may not end it.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function fileOf(name: string): string {
  return join(dir, `${Buffer.from(name).toString('hex').slice(-60)}.json`);
}

/** Wine's QueryServiceConfigW gives none back, but its SCM stores them. */
function dependenciesInRegistry(name: string): Promise<string[]> {
  const key = `HKLM\\SYSTEM\\CurrentControlSet\\Services\\${name}`;
  const { stdout } = spawnSync('reg.exe', ['query', key], { encoding: 'utf8', windowsHide: true });
  const items = (value: string): string[] =>
    new RegExp(`${value}\\s+REG_MULTI_SZ\\s+(\\S.*?)\\s*$`, 'm').exec(stdout)?.[1]?.split('\\0').filter(Boolean) ?? [];
  return Promise.resolve([...items('DependOnService'), ...items('DependOnGroup').map((group) => `+${group}`)]);
}

/** Another program's handle, opened without the library. */
function holdService(name: string): () => void {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
  const advapi32 = koffi.load('advapi32.dll');
  const open = advapi32.func('__stdcall', 'OpenSCManagerW', 'void *', ['str16', 'str16', 'uint32']);
  const openService = advapi32.func('__stdcall', 'OpenServiceW', 'void *', ['void *', 'str16', 'uint32']);
  const close = advapi32.func('__stdcall', 'CloseServiceHandle', 'int32', ['void *']);
  const scm: unknown = open(null, null, 1);
  const handle: unknown = openService(scm, name, 4);
  if (!handle) throw new Error(`${name} can't be held`);
  return () => {
    close(handle);
    close(scm);
  };
}

async function run(sentence: string): Promise<{ ok: boolean; error?: string }> {
  const found = Object.values(TOPICS)
    .flat()
    .find((scenario) => scenario.sentence === sentence);
  const names: string[] = [];
  const manager = await openServiceManager();
  try {
    if (!found) throw new Error(`there is no scenario "${sentence}"`);
    await found.run(createStage(manager, names));
    return { ok: true };
  } catch (error) {
    return { ok: false, error: String((error as Error).stack ?? error) };
  } finally {
    await removeAll(manager, names).catch((error: unknown) => {
      process.stderr.write(`after "${sentence}": ${String(error)}\n`);
    });
    await manager.close();
  }
}

const socket = connect({ host: '127.0.0.1', port: Number(port), noDelay: true });
socket.on('close', () => process.exit(0));
createInterface({ input: socket }).on('line', (line) => {
  const { id, sentence } = JSON.parse(line) as { id: number; sentence: string };
  void run(sentence).then((result) => socket.write(`${JSON.stringify({ id, ...result })}\n`));
});
