/** Makes, prepares and checks the folders of a service; arguments are a JSON file with the folder and one for the results. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { createKoffiFfi } from '../../../src/win32/ffi/koffi.ts';
import { FolderCalls } from '../../../src/win32/folders/folder-calls.ts';
import { makePrivateFolder } from '../../../src/win32/folders/private-folder.ts';
import { createServiceFolders } from '../../../src/win32/folders/service-folders.ts';
import { toError } from '../../../src/util/to-error.ts';

const [, , input = '', output = ''] = process.argv;
const { dir } = JSON.parse(readFileSync(input, 'utf8')) as { readonly dir: string };
const ffi = createKoffiFfi();
const results: Record<string, unknown> = {};
const attempt = async (name: string, work: () => unknown): Promise<void> => {
  try {
    results[name] = (await work()) ?? 'done';
  } catch (thrown) {
    results[name] = toError(thrown).message;
  }
};
const make = (path: string): void => {
  makePrivateFolder(path, () => ffi, 'Orders');
};
const calls = new FolderCalls(ffi);
const service = `winsvc folders ${process.pid}`;
process.env['ProgramData'] = join(dir, 'data');
mkdirSync(join(dir, 'data'));

await attempt('user', () => calls.processUser());
await attempt('new', () => {
  make(join(dir, 'a', 'b', 'lögs'));
  writeFileSync(join(dir, 'a', 'b', 'lögs', 'file'), '');
});
await attempt('again', () => {
  make(join(dir, 'a', 'b', 'lögs'));
});
await attempt('facts', () => calls.read(join(dir, 'a', 'b', 'lögs')));
writeFileSync(join(dir, 'file'), '');
await attempt('file', () => {
  make(join(dir, 'file'));
});
mkdirSync(join(dir, 'elsewhere'));
await attempt('link', () => {
  symlinkSync(join(dir, 'elsewhere'), join(dir, 'link'), 'junction');
  make(join(dir, 'link'));
});
const folders = createServiceFolders(() => ffi);
await attempt('before', () => folders.check({ service }));
await attempt('prepared', () => folders.prepare({ service, account: 'NT AUTHORITY\\LocalService' }));
await attempt('twice', () => folders.prepare({ service, folders: [join(dir, 'own')] }));
await attempt('after', () => folders.check({ service, account: userInfo().username, folders: [join(dir, 'own')] }));
await attempt('unknown', () => folders.prepare({ service, account: 'no such account' }));
writeFileSync(output, JSON.stringify(results));
