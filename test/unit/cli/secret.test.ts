import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSecretStore, type SecretStore } from '../../../src/secret/secret-store.ts';
import { ServiceError } from '../../../src/errors/service-error.ts';
import { createMockScm, type MockScm } from '../../../src/testing/index.ts';
import { createFakeProtection } from '../secret/fake-protection.ts';
import { type CliRun, type HarnessOptions, runCli } from './harness.ts';

const VALUE = 'S3cr3t-välüe';
let root: string;
let scm: MockScm;
let accounts: (string | undefined)[];
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'winsvc-secrets-'));
  scm = createMockScm();
  accounts = [];
  await scm.manager().install({
    name: 'Orders',
    imagePath: 'C:\\orders.exe',
    account: 'LocalService',
  });
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function store(service: string): SecretStore {
  const folder = join(root, service.toLowerCase());
  return createSecretStore(service, {
    folder,
    protection: () => createFakeProtection('key'),
    makeFolder(account) {
      accounts.push(account);
      mkdirSync(folder, { recursive: true });
      return Promise.resolve();
    },
    checkFolder: () => Promise.resolve(),
    machine: 'SERVER1',
    user: 'anna',
  });
}

/** Runs a verb; no output may hold the value. */
async function run(argv: string, options: HarnessOptions = {}): Promise<CliRun> {
  const result = await runCli(argv.split(' '), {
    scm,
    openSecrets: (service) => Promise.resolve(store(service)),
    ...options,
  });
  for (const text of [result.stdout, result.stderr]) expect(text).not.toContain(VALUE.slice(0, 5));
  return result;
}

describe('winsvc secret', () => {
  it('sets a secret from standard input for the account of the service, lists and removes it', async () => {
    const set = await run('secret set Orders db_password --stdin', { stdin: `${VALUE}\n` });
    expect([set.code, set.stdout, set.stderr]).toEqual([0, 'DB_PASSWORD is set\n', '']);
    expect(accounts).toEqual(['NT AUTHORITY\\LocalService']);
    expect(await store('Orders').get('DB_PASSWORD')).toBe(VALUE);

    const { json } = await run('secret list Orders --json');
    expect(json).toMatchObject({
      service: 'Orders',
      secrets: [{ name: 'DB_PASSWORD', scope: 'machine', machine: 'SERVER1', user: 'anna' }],
    });
    expect((await run('secret list Orders')).stdout).toMatch(/^DB_PASSWORD\tthe service\t20/);

    expect((await run('secret remove Orders DB_PASSWORD')).stdout).toBe('DB_PASSWORD is removed\n');
    const again = await run('secret remove Orders DB_PASSWORD');
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('Service "Orders" has no secret DB_PASSWORD. See: winsvc secret list Orders');
    expect((await run('secret list Orders')).stdout).toBe('Orders has no secrets.\n');
  });

  it('keeps lines, and drops one line end', async () => {
    await run('secret set Orders KEY --stdin', { stdin: 'a\r\nb\n\n' });
    expect(await store('Orders').get('KEY')).toBe('a\r\nb\n');
  });

  it.each([
    ['nothing', '', 'standard input is empty'],
    ['a NUL', 'ab\0d', 'without NUL characters'],
    ['more than 1 MiB', VALUE.repeat(200_000), 'at most 1 MiB'],
    ['more than 1 MiB of letters', 'x'.repeat(2 ** 20 + 1), '1 MiB'],
  ])('refuses %s', async (_, stdin, message) => {
    const { code, stderr } = await run('secret set Orders KEY --stdin', { stdin });
    expect(code).not.toBe(0);
    expect(stderr).toContain(message);
    expect(await store('Orders').list()).toEqual([]);
  });

  it('takes no value from the command line', async () => {
    const { code, stderr } = await run('secret set Orders KEY abc');
    expect([code, await store('Orders').list()]).toEqual([2, []]);
    expect(stderr).not.toContain('abc');
    expect((await run('secret set Orders KEY')).stderr).toContain('give it on standard input with --stdin');
  });

  it('sets secrets of a service before it is installed, for its own account', async () => {
    const { code, stderr } = await run('secret set Later KEY --stdin', { stdin: 'x' });
    expect(code).toBe(0);
    expect(stderr).toContain('There is no service "Later" yet');
    expect(accounts).toEqual(['NT SERVICE\\Later']);
  });

  it('refuses names that no secret can have, and another machine', async () => {
    expect((await run('secret set Orders a/b --stdin', { stdin: 'x' })).stderr).toContain('The name of a secret must');
    expect((await run('secret list Orders --machine server2')).stderr).toContain('leave out --machine');
  });

  it('is one clear error on another system', async () => {
    const openSecrets = (): never => {
      throw new ServiceError('WINDOWS_ONLY', 'openSecretStore needs Windows.');
    };
    const { code, json } = await run('secret list Orders --json', { openSecrets });
    expect(code).toBe(1);
    expect(json).toMatchObject({ error: { code: 'WINDOWS_ONLY' } });
  });
});
