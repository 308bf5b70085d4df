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

describe('a reload', () => {
  const read = async (content: string | Buffer | undefined, name = 'app.json') => {
    const file = join(folder, name);
    await writeFile(file, name.endsWith('.json') ? '{ "port": 1 }' : 'port: 1');
    const config = await watchConfig({
      schema: z.object({ port: z.number().default(9) }),
      file: { path: file, optional: true },
    });
    if (content === undefined) await rm(file);
    else await writeFile(file, content);
    const result = await config.reload();
    config.close();
    return { value: config.value, problem: config.problem?.message, result };
  };

  it.each([
    ['is gone', undefined, 'app.json', 'the file is gone'],
    ['is empty', '', 'app.yaml', 'is empty now'],
    ['has spaces only', ' \n\t\n', 'app.yaml', 'is empty now'],
    ['is empty JSON', '', 'app.json', 'is empty now'],
    ['is UTF-16', Buffer.from('\ufeffport: 2', 'utf16le'), 'app.yaml', 'is UTF-16 LE: save it as UTF-8'],
    ['is Windows-1252', Buffer.from('port: 2 # gr\u00fcn', 'latin1'), 'app.yaml', 'Windows-1252'],
    ['is an endless alias', 'port: &a [*a, *a]', 'app.yaml', 'nested deeper than 64'],
    ['is nested too deeply', '['.repeat(9_000), 'app.json', 'nested deeper than 64'],
    ['is too long', ' '.repeat(5_000_000), 'app.json', 'longer than 4 MiB'],
  ])('of a file that %s keeps the old configuration', async (_, content, name, message) => {
    expect(await read(content, name)).toMatchObject({
      value: { port: 1 },
      problem: expect.stringContaining(message) as string,
      result: { ok: false, error: { code: 'CONFIG_INVALID' } },
    });
  });

  it('whose schema or listener throws never rejects', async () => {
    let broken = false;
    const throws = z.object({
      port: z.number().transform((port) => {
        if (broken) throw new TypeError('S3cr3t');
        return port;
      }),
    });
    await using config = await watchConfig({ schema: throws, file: path });
    config.on('change', () => {
      throw new Error('a listener');
    });
    const warned = new Promise((resolve) => process.once('warning', resolve));
    await writeFile(path, '{ "port": 2 }');
    expect(await config.reload()).toEqual({ ok: true, changed: ['port'] });
    expect(config.value).toEqual({ port: 2 });
    expect(await warned).toMatchObject({ message: 'a listener' });
    broken = true;
    const result = await config.reload();
    expect(result).toMatchObject({ ok: false, error: { code: 'CONFIG_INVALID' } });
    expect(String(config.problem)).toMatch(/TypeError/);
    expect(String(config.problem)).not.toMatch(/S3cr3t/);
  });

  it('is neither started nor delayed by a busy file beside it', async () => {
    const reads = vi.fn();
    const counted = z.object({ port: z.number() }).transform((value) => (reads(), value));
    await using config = await watchConfig({ schema: counted, file: path, debounce: 50 });
    let writes = 0;
    const busy = setInterval(() => void writeFile(join(folder, 'neighbor.log'), String((writes += 1))), 5);
    try {
      await eventually(() => {
        expect(writes).toBeGreaterThan(60);
      });
      expect(reads).toHaveBeenCalledTimes(1);
      await writeFile(path, '{ "port": 2 }');
      await eventually(() => {
        expect(config.value.port).toBe(2);
      });
    } finally {
      clearInterval(busy);
    }
  });

  it('comes for a file that changes all the time, and for one behind a replaced link', async () => {
    await using config = await watchConfig({ schema, file: path, debounce: 40 });
    let port = 1;
    const busy = setInterval(
      () =>
        void writeFile(`${path}.tmp`, `{ "port": ${(port += 1)} }`)
          .then(() => rename(`${path}.tmp`, path))
          .catch(() => undefined),
      10,
    );
    try {
      await eventually(() => {
        expect(config.value.port).toBeGreaterThan(5);
      });
    } finally {
      clearInterval(busy);
    }
  });

  it.skipIf(process.platform === 'win32')('comes for a file that is a link through a replaced folder', async () => {
    // As Kubernetes does it.
    const { mkdir, symlink } = await import('node:fs/promises');
    for (const version of ['v1', 'v2']) {
      await mkdir(join(folder, version));
      await writeFile(join(folder, version, 'c.json'), `{ "port": ${version === 'v1' ? 1 : 2} }`);
    }
    await symlink('v1', join(folder, 'data'));
    await symlink(join('data', 'c.json'), join(folder, 'c.json'));
    await using config = await watchConfig({ schema, file: join(folder, 'c.json'), debounce: 20 });
    await symlink('v2', join(folder, 'data.new'));
    await rename(join(folder, 'data.new'), join(folder, 'data'));
    await eventually(() => {
      expect(config.value.port).toBe(2);
    });
  });
});
