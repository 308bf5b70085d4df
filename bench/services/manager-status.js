// `node manager-status.js <service> <rounds> <result>`: the status of one service, asked by the manager, by koffi alone, and by sc.exe.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import koffi from 'koffi';
import { openServiceManager } from 'winsvc/manager';

const [, , name, rounds, file] = process.argv;
const BURST = 200;
const advapi32 = koffi.load('advapi32.dll');
const openManager = advapi32.func('__stdcall', 'OpenSCManagerW', 'void *', ['str16', 'str16', 'uint32']);
const openService = advapi32.func('__stdcall', 'OpenServiceW', 'void *', ['void *', 'str16', 'uint32']);
const query = advapi32.func('__stdcall', 'QueryServiceStatusEx', 'int32', [
  'void *',
  'int32',
  'void *',
  'uint32',
  'void *',
]);
const handle = openService(openManager(null, null, 1), name, 4);
const status = Buffer.alloc(36);
const needed = Buffer.alloc(4);

const manager = await openServiceManager();
const service = manager.service(name);
const ways = {
  winsvc: () => service.status(),
  bare: () => query(handle, 0, status, status.length, needed),
};
const micros = { winsvc: [], bare: [], spawn: [] };
for (let round = 0; round <= Number(rounds); round++) {
  // In turns, and each first every other time: what ran before must not count for one of them.
  const turns = Object.entries(ways);
  for (const [way, ask] of round % 2 === 0 ? turns : turns.reverse()) {
    const began = performance.now();
    for (let i = 0; i < BURST; i++) await ask();
    // The first round warms up.
    if (round > 0) micros[way].push(((performance.now() - began) * 1_000) / BURST);
  }
}
// Apart, because the end of a process keeps the machine busy for a while.
for (let round = 0; round < Number(rounds); round++) {
  const began = performance.now();
  const { status: code } = spawnSync('sc.exe', ['query', name], { stdio: 'ignore', windowsHide: true });
  if (code !== 0) throw new Error(`sc query failed with ${code}`);
  micros.spawn.push((performance.now() - began) * 1_000);
}
await manager.close();
writeFileSync(file, JSON.stringify(micros));
