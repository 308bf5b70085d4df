/** Protects, keeps and reads secrets with DPAPI; arguments are a JSON file with the job and one for the results. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createKoffiFfi } from '../../../src/win32/ffi/koffi.ts';
import { createDataProtection } from '../../../src/win32/secret/data-protection.ts';
import { openSecretStore, protect, unprotect } from '../../../src/secret/index.ts';
import { toError } from '../../../src/util/to-error.ts';

const [, , input = '', output = ''] = process.argv;
const { dir, fromC } = JSON.parse(readFileSync(input, 'utf8')) as { readonly dir: string; readonly fromC: string };
const results: Record<string, unknown> = {};
const attempt = async (name: string, work: () => unknown): Promise<void> => {
  try {
    results[name] = (await work()) ?? 'done';
  } catch (thrown) {
    const { code, win32Code } = thrown as { code?: string; win32Code?: number };
    results[name] = { code, win32Code, message: toError(thrown).message };
  }
};
const CONTEXT = 'Aufträge 試';
const VALUE = 'S3cr3t-välüe 🚀';
const protection = createDataProtection(createKoffiFfi());

for (const scope of ['machine', 'user'] as const) {
  await attempt(`${scope} for C`, async () => {
    writeFileSync(join(dir, `${scope}.bin`), await protection.protect(Buffer.from(VALUE), CONTEXT, scope));
  });
  await attempt(`${scope} round`, async () =>
    unprotect(await protect(VALUE, { scope, context: 'a' }), { context: 'a' }),
  );
}
await attempt('from C', async () => (await protection.unprotect(readFileSync(fromC), CONTEXT)).toString());
await attempt('1 MiB', async () => {
  const value = 'é'.repeat(2 ** 19);
  return (await unprotect(await protect(value))) === value;
});
await attempt('NUL and newline', async () => unprotect(await protect('a\0b\n')));
await attempt('other context', async () => unprotect(await protect(VALUE, { context: 'a' }), { context: 'b' }));
await attempt('garbage', () => unprotect('Z2FyYmFnZQ=='));
await attempt('empty', () => unprotect(''));
await attempt('truncated', async () => unprotect((await protect(VALUE)).slice(0, 80)));
await attempt('changed', async () => {
  const bytes = Buffer.from(await protect(VALUE), 'base64');
  bytes[bytes.length - 20]! ^= 1;
  return unprotect(bytes.toString('base64'));
});

process.env['ProgramData'] = join(dir, 'data');
const store = openSecretStore('Orders');
await attempt('missing', () => store.get('DB'));
await attempt('set', () => store.set('DB', VALUE));
await attempt('get', () => store.get('db'));
await attempt('set for account', () => store.set('KEY', VALUE, { account: 'NT AUTHORITY\\LocalService' }));
await attempt('get for account', () => store.get('KEY'));
await attempt('list', async () => (await store.list()).map(({ name, scope }) => `${name} ${String(scope)}`));
await attempt('remove', () => store.remove('KEY'));
results['folder'] = store.folder;
writeFileSync(output, JSON.stringify(results));
