import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ServiceError } from 'winsvc';
import { openTokenStore } from 'winsvc/admin';
import { AuditLog } from '../../../src/admin/audit/audit-log.ts';
import { unixFolders } from '../../../src/admin/unix-folders.ts';
import { makeStage, ORDERS } from './stage.ts';

const DAY_MS = 86_400_000;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winsvc audit '));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the audit log', () => {
  it('has a file for each day, reads the newest first over days, and removes old ones', async () => {
    let now = Date.UTC(2026, 0, 1, 12);
    const audit = new AuditLog(
      { dir: folder, keepDays: 2 },
      () => now,
      () => undefined,
      unixFolders.make,
    );
    for (let day = 0; day < 4; day++, now += DAY_MS) {
      for (const service of ['a', 'B'])
        await audit.write({ time: new Date(now).toISOString(), traceId: `${day}${service}`, kind: 'result', service });
    }
    expect((await readdir(folder)).sort()).toEqual([
      'audit-2026-01-02.jsonl',
      'audit-2026-01-03.jsonl',
      'audit-2026-01-04.jsonl',
    ]);
    const first = await audit.read({ limit: 3 });
    expect(first.records.map(({ traceId }) => traceId)).toEqual(['3B', '3a', '2B']);
    const second = await audit.read({ limit: 10, cursor: first.next });
    expect(second.records.map(({ traceId }) => traceId)).toEqual(['2a', '1B', '1a']);
    expect((await audit.read({ limit: 10, service: 'b' })).records).toHaveLength(3);
  });

  it('keeps the order of a thousand records at once, and passes over a line that was cut short', async () => {
    const audit = new AuditLog(
      { dir: folder },
      () => 0,
      () => undefined,
      unixFolders.make,
    );
    await Promise.all(
      Array.from({ length: 1_000 }, (_, i) => audit.write({ time: '', traceId: String(i), kind: 'result' })),
    );
    await writeFile(join(folder, 'audit-1970-01-01.jsonl'), '{"time":', { flag: 'a' });
    const { records } = await audit.read({ limit: 5_000 });
    expect(records.map(({ traceId }) => Number(traceId))).toEqual(Array.from({ length: 1_000 }, (_, i) => 999 - i));
  });

  it('that cannot be written lets nothing be changed', async () => {
    await writeFile(join(folder, 'file'), '');
    const stage = await makeStage({ audit: { dir: join(folder, 'file', 'audit') } });
    expect(await stage.call('operator', 'POST', `/services/${ORDERS}/start?wait=5s`)).toMatchObject({
      status: 503,
      body: { code: 'AUDIT_UNAVAILABLE' },
    });
    expect((await stage.scm.manager().service(ORDERS).status()).state).toBe('stopped');
    expect((await stage.call('viewer', 'GET', '/services')).status).toBe(200);
    await stage.close();
  });

  it('has attempt, result and end of an operation under one trace id', async () => {
    const stage = await makeStage();
    const { body } = await stage.call('operator', 'POST', `/services/${ORDERS}/start?wait=10s`);
    const { body: audit } = await stage.call('admin', 'GET', `/audit?service=${ORDERS}`);
    const mine = audit.records.filter(({ traceId }) => traceId === body.traceId);
    expect(mine.map(({ kind }) => kind).sort()).toEqual(['attempt', 'operation', 'result']);
    expect(mine.every(({ principal }) => principal === 'operator')).toBe(true);
    await stage.close();
  });
});

describe('folders with secrets', () => {
  it('are made private', async () => {
    const [access, audit] = [join(folder, 'new', 'access'), join(folder, 'audit')];
    await openTokenStore(join(access, 'tokens.json')).create({ name: 'x' });
    const stage = await makeStage({ audit: { dir: audit } });
    await stage.close();
    for (const dir of [access, audit]) expect((await stat(dir)).mode & 0o077).toBe(0);
    expect((await stat(join(access, 'tokens.json'))).mode & 0o077).toBe(0);
  });

  it('of another user are refused before the server opens', async () => {
    const make = () => Promise.reject(new ServiceError('FOLDER_REFUSED', 'it belongs to ann'));
    await expect(makeStage({}, { folders: { ...unixFolders, make } })).rejects.toMatchObject({
      code: 'FOLDER_REFUSED',
    });
    await expect(
      makeStage({ audit: false, tokens: join(folder, 'tokens.json') }, { folders: { ...unixFolders, make } }),
    ).rejects.toMatchObject({ code: 'FOLDER_REFUSED' });
  });

  it('that ordinary users may change are named in the log', async () => {
    const open = join(folder, 'open');
    await mkdir(open);
    await chmod(open, 0o777);
    const stage = await makeStage({ audit: { dir: open } });
    await stage.close();
    expect(stage.log).toContainEqual({
      level: 'warn',
      message: expect.stringContaining(`may change ${open}`) as string,
    });
  });
});

describe('a file of tokens', () => {
  it('takes a token of another process, and its revocation, within a second', async () => {
    const file = join(folder, 'sub', 'tokens.json');
    const stage = await makeStage({ tokens: file });
    const store = openTokenStore(file);
    const { token, record } = await store.create({ name: 'x', role: 'viewer' });
    expect(await readFile(file, 'utf8')).not.toContain(token);
    const status = async () =>
      (await stage.call(undefined, 'GET', '/machine', { headers: { Authorization: `Bearer ${token}` } })).status;
    await expect.poll(status, { timeout: 5_000 }).toBe(200);
    await store.revoke(record.id);
    await expect.poll(status, { timeout: 5_000 }).toBe(401);
    await writeFile(file, 'nonsense');
    await expect.poll(status, { timeout: 5_000 }).toBe(503);
    await stage.close();
  });
});
