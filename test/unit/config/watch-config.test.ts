import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { watchConfig } from '../../../src/config/index.ts';
import { createManualClock } from '../../../src/testing/time/manual-clock.ts';
import { eventually } from '../../support/eventually.ts';

const schema = z.object({ port: z.number(), password: z.string().optional() });
let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winsvc-watch-'));
  path = join(folder, 'app.json');
  await writeFile(path, '{ "port": 1 }');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('watchConfig', () => {
  it('follows a file that is written in place, and one that is replaced by a rename', async () => {
    await using config = await watchConfig({ schema, file: path, debounce: 20 });
    const changes: unknown[] = [];
    config.on('change', (value, changed, before) => changes.push([before.port, value.port, changed]));
    await writeFile(path, '{ "port": 2 }');
    await eventually(() => {
      expect(changes).toEqual([[1, 2, ['port']]]);
    });
    for (const port of [3, 4]) {
      await writeFile(`${path}.new`, `{ "port": ${port} }`);
      await rename(`${path}.new`, path);
      await eventually(() => {
        expect(config.value.port).toBe(port);
      });
    }
    expect(changes).toHaveLength(3);
  });

  it('keeps the old configuration when the new one is bad, says why, and takes the next good one', async () => {
    await using config = await watchConfig({ schema, file: path, debounce: 20 });
    const problems: string[] = [];
    config.on('problem', (error) => problems.push(error.message));
    await writeFile(path, '{\n "port": "x" }');
    await eventually(() => {
      expect(problems).toHaveLength(1);
    });
    expect(problems[0]).toContain("port: Invalid input: expected number, received string; got 'x' (app.json:2)");
    expect(config.value).toEqual({ port: 1 });
    expect(config.problem?.message).toBe(problems[0]);
    await rm(path);
    expect(await config.reload()).toMatchObject({ ok: false });
    await writeFile(path, '{ "port": 5 }');
    expect(await config.reload()).toEqual({ ok: true, changed: ['port'] });
    expect(config.problem).toBeUndefined();
  });

  it('waits until the file is quiet, by the clock that it was given', async () => {
    const clock = createManualClock();
    await using config = await watchConfig({ schema, file: path, debounce: '1s', clock });
    const touched = vi.spyOn(clock, 'setTimeout');
    await writeFile(path, '{ "port": 9 }');
    await eventually(() => {
      expect(touched).toHaveBeenCalled();
    });
    await clock.advance(500);
    expect(config.value.port).toBe(1);
    await eventually(async () => {
      await clock.advance(1_000);
      expect(config.value.port).toBe(9);
    });
  });

  it('looks at the file by itself where it was told to', async () => {
    const clock = createManualClock();
    await using config = await watchConfig({ schema, file: path, poll: '10s', debounce: '1m', clock });
    await writeFile(path, '{ "port": 6 }');
    await eventually(async () => {
      await clock.advance('70s');
      expect(config.value.port).toBe(6);
    });
  });

  it('gives reloads that were asked for meanwhile the one after', async () => {
    await using config = await watchConfig({ schema, file: path });
    await writeFile(path, '{ "port": 7 }');
    const [first, second, third] = [config.reload(), config.reload(), config.reload()];
    expect(second).toBe(third);
    expect(second).not.toBe(first);
    expect(await first).toEqual({ ok: true, changed: ['port'] });
    expect(await second).toEqual({ ok: true, changed: [] });
  });

  it('rejects when the first load fails, and refuses to reload when closed', async () => {
    await writeFile(path, '{}');
    await expect(watchConfig({ schema, file: path })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await writeFile(path, '{ "port": 1 }');
    const config = await watchConfig({ schema, file: path });
    config.close();
    config.close();
    expect(await config.reload()).toMatchObject({ ok: false, error: { code: 'CLOSED' } });
  });
});
