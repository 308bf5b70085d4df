import { spawnSync } from 'node:child_process';
import { closeSync, cpSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { layout } from '../../rig/lib/layout.mjs';
import { run } from '../../rig/lib/run.mjs';
import { stopServer, wineEnv } from '../../rig/lib/wine.mjs';

/** What reached ReportEventW: each call with its type, then each of its strings, behind the process that called. */
const TRACE = '-all,+pid,trace+eventlog,warn+eventlog,err+eventlog';

export interface TracedPrefix {
  /** All that the services wrote to the event log so far, as Wine traces it; undefined on Windows. */
  trace(): string | undefined;
  close(): Promise<void>;
}

/**
 * A Wine prefix of its own for this file, beside the rig's and with its files and registry, whose services trace what
 * they write to the event log: Wine stores none of it, and a service inherits its settings from the first program.
 */
export async function openTracedPrefix(): Promise<TracedPrefix> {
  if (process.platform === 'win32') return { trace: () => undefined, close: () => Promise.resolve() };
  const rig = layout();
  const before = process.env['WINSVC_RIG_CACHE'];
  const cache = mkdtempSync(join(rig.cache, 'faults-'));
  for (const shared of ['modules', 'stamp.json', ...[20, 22].map((major) => nodeFolder(rig, major as 20 | 22))])
    symlinkSync(join(rig.cache, shared), join(cache, shared));
  const prefix = join(cache, 'prefix');
  // Not the files of Windows, which nobody changes: only the registry.
  const files = ['system.reg', 'user.reg', 'userdef.reg', '.update-timestamp', 'dosdevices'];
  for (const file of files)
    cpSync(join(rig.prefix, file), join(prefix, file), { recursive: true, verbatimSymlinks: true });
  symlinkSync(join(rig.prefix, 'drive_c'), join(prefix, 'drive_c'));
  process.env['WINSVC_RIG_CACHE'] = cache;
  const traceFile = join(cache, 'trace.log');
  const env = { ...wineEnv(prefix), WINEDEBUG: TRACE };
  await run('wineserver', ['-p'], { env, timeoutMs: 30_000 });
  const fd = openSync(traceFile, 'a');
  // Its standard error is that of services.exe, and so of every service.
  const { status } = spawnSync('wine', ['cmd', '/c', 'exit'], { env, stdio: ['ignore', 'ignore', fd] });
  closeSync(fd);
  if (status !== 0) throw new Error(`no program runs in ${prefix}:\n${readFileSync(traceFile, 'latin1')}`);
  return {
    trace: () => readFileSync(traceFile, 'latin1'),
    async close() {
      await stopServer(layout());
      if (before === undefined) delete process.env['WINSVC_RIG_CACHE'];
      else process.env['WINSVC_RIG_CACHE'] = before;
      rmSync(cache, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

function nodeFolder(rig: ReturnType<typeof layout>, major: 20 | 22): string {
  return join(rig.nodeExe(major), '..').slice(rig.cache.length + 1);
}
