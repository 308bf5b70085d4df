import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRig } from '../../rig/rig.mjs';
import { spawnLogged } from '../../rig/lib/wine.mjs';
import { makeStage, type Stage } from '../contract/support/stage.ts';

describe('a process that watches a service', () => {
  let stage: Stage;
  let rig: Awaited<ReturnType<typeof openRig>>;
  let program: string;
  const logs = mkdtempSync(join(tmpdir(), 'winsvc-watch-'));

  beforeAll(async () => {
    stage = await makeStage();
    program = await stage.add('test/scm/watch-fixtures/watcher.mjs');
    rig = await openRig({ node: 22 });
  });
  afterAll(async () => {
    await rig.close();
    await stage.remove();
    rmSync(logs, { recursive: true });
  });

  it.each([
    ['exit', 7, 'ends at process.exit()'],
    ['throw', 1, 'ends at an error that nobody catches'],
    ['return', 0, 'ends by itself when the manager is closed'],
    ['thread', 7, 'ends when the thread that watches is terminated'],
  ])('%s, code %i: %s', async (how, code) => {
    const log = join(logs, how);
    const child = spawnLogged(log, (fd) =>
      rig.spawnWin(rig.nodeExe, [rig.winPath(program), how], { stdio: ['ignore', fd, fd] }),
    );
    const [exit] = (await once(child, 'exit')) as [number | null];
    expect(exit, readFileSync(log, 'utf8')).toBe(code);
  });
});
