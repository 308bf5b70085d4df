import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { openRig } from '../../rig/rig.mjs';
import { spawnLogged } from '../../rig/lib/wine.mjs';

type Rig = Awaited<ReturnType<typeof openRig>>;

/** A program of the tests that runs where the SCM is and answers lines of JSON. */
export interface WindowsProgram {
  request<T extends object>(message: object): Promise<T>;
  readonly pid: number;
  close(): Promise<void>;
}

/** Starts `node.exe program port …args`; the program connects to the port, and says there what it has to say. `env` is added to the rig's. */
export async function startProgram(
  rig: Rig,
  program: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<WindowsProgram> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const dir = mkdtempSync(join(tmpdir(), 'winsvc-program-'));
  const log = join(dir, 'log');
  const { port } = server.address() as AddressInfo;
  const child = spawnLogged(log, (fd) =>
    rig.spawnWin(rig.nodeExe, [rig.winPath(program), String(port), ...args], {
      stdio: ['ignore', fd, fd],
      env: { ...env },
    }),
  );
  const ended = once(child, 'exit').then(() => {
    throw new Error(`${program} ended:\n${readFileSync(log, 'utf8')}`);
  });
  ended.catch(() => undefined);
  const [socket] = (await Promise.race([once(server, 'connection'), ended])) as [Socket];
  server.close();
  socket.on('error', () => undefined);
  const waiting = new Map<number, (answer: object) => void>();
  let last = 0;
  let pid = 0;
  createInterface({ input: socket })
    .on('error', () => undefined)
    .on('line', (line) => {
      const answer = JSON.parse(line) as { id?: number; pid?: number };
      if (answer.pid !== undefined) pid = answer.pid;
      if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
    });
  return {
    get pid() {
      return pid;
    },
    request<T extends object>(message: object): Promise<T> {
      const id = ++last;
      const answered = new Promise<T>((resolve) => waiting.set(id, (answer) => resolve(answer as T)));
      socket.write(`${JSON.stringify({ id, ...message })}\n`);
      return Promise.race([answered, ended]);
    },
    async close() {
      const gone = once(child, 'exit');
      socket.destroy();
      if (child.exitCode === null) await gone;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
