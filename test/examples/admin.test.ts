import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineService } from 'winsvc';
import { createAdminClient, openTokenStore } from 'winsvc/admin';
import { createMockScm } from 'winsvc/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAdminService } from '../../examples/admin/service.js';
import { freePort } from '../../scripts/lib/http.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winsvc admin example '));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('examples/admin serves the page, restarts what it names, and nothing else', async () => {
  const scm = createMockScm({ clock: 'real' });
  for (const name of ['WinsvcOrders', 'Other'])
    await scm.manager().install(defineService({ name, start: () => undefined, stop: () => undefined }));
  const { token } = await openTokenStore(join(folder, 'access', 'tokens.json')).create({
    name: 'me',
    role: 'operator',
  });
  const port = await freePort();
  const admin = await scm.start(
    createAdminService({ openManager: () => Promise.resolve(scm.manager()), port, folder }),
  );
  const url = `http://127.0.0.1:${port}`;
  expect(await (await fetch(url)).text()).toContain('admin-page/app.js');
  const client = createAdminClient({ url, token });
  expect(await client.restart('WinsvcOrders', { reason: 'example', wait: '20s' })).toMatchObject({
    state: 'succeeded',
  });
  await expect(client.start('Other')).rejects.toMatchObject({ status: 403, code: 'NOT_WRITABLE' });
  const stopped = await admin.stop();
  expect(stopped.exit).toEqual({ win32: 0 });
  await expect(fetch(url)).rejects.toThrow();
  await scm.manager().service('WinsvcOrders').stop();
});
