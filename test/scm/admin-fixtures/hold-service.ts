// Holds a service as services.msc does: with a handle of its own, opened without the library. Ends when it is killed.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [, , name = ''] = process.argv;
const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
const advapi32 = koffi.load('advapi32.dll');
const open = advapi32.func('__stdcall', 'OpenSCManagerW', 'void *', ['str16', 'str16', 'uint32']);
const openService = advapi32.func('__stdcall', 'OpenServiceW', 'void *', ['void *', 'str16', 'uint32']);
const SERVICE_QUERY_STATUS = 4;
if (!openService(open(null, null, 1), name, SERVICE_QUERY_STATUS)) throw new Error(`${name} can't be held`);
writeFileSync(new URL('./held', import.meta.url), '');
setInterval(() => undefined, 60_000);
