// The least that a program in Node needs for the status of a service: koffi and four calls.
const koffi = require('koffi');

const advapi32 = koffi.load('advapi32.dll');
const openManager = advapi32.func('void *__stdcall OpenSCManagerW(str16 machine, str16 database, uint32 access)');
const openService = advapi32.func('void *__stdcall OpenServiceW(void *manager, str16 name, uint32 access)');
const queryStatus = advapi32.func(
  'int __stdcall QueryServiceStatusEx(void *service, int level, void *info, uint32 size, void *needed)',
);
const queryConfig = advapi32.func(
  'int __stdcall QueryServiceConfigW(void *service, void *config, uint32 size, void *needed)',
);

const service = openService(openManager(null, null, 1), process.argv[2], 5);
const info = Buffer.alloc(8_192);
const needed = Buffer.alloc(4);
const done = queryStatus(service, 0, info, 36, needed) && queryConfig(service, info, info.length, needed);
process.stdout.write(`${done}\n`);
process.exitCode = done ? 0 : 1;
