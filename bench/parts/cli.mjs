// @ts-check
/**
 * Programs of the command line, from the start of their process to its end, each beside a bare node.exe: `winsvc --version`,
 * `winsvc status`, and the least that koffi needs for a status. On Linux `--version` beside the node of this system too.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { row } from '../lib/row.mjs';
import { ratios } from '../lib/stats.mjs';

/** @param {import('../lib/session.mjs').Session} session */
export async function cli(session) {
  const { rig, stage } = session;
  const service = await session.minimal();
  const output = join(stage.dir, 'cli-output.txt');
  const program = join(stage.dir, 'node_modules/winsvc/dist/cli/winsvc.cjs');
  const [ends, koffi, winsvc] = [join(stage.dir, 'ends.cjs'), join(stage.dir, 'koffi-status.cjs'), program].map(
    (path) => rig.winPath(path),
  );
  /** @type {Record<string, () => Promise<number>>} */
  const turns = {
    bare: () => time((stdio) => rig.spawnWin(rig.nodeExe, [String(ends)], { stdio })),
    koffi: () => time((stdio) => rig.spawnWin(rig.nodeExe, [String(koffi), service.name], { stdio })),
    version: () => time((stdio) => rig.spawnWin(rig.nodeExe, [String(winsvc), '--version'], { stdio })),
    status: () => time((stdio) => rig.spawnWin(rig.nodeExe, [String(winsvc), 'status', service.name], { stdio })),
    localBare: () => time((stdio) => spawn(process.execPath, [join(stage.dir, 'ends.cjs')], { stdio })),
    localVersion: () => time((stdio) => spawn(process.execPath, [program, '--version'], { stdio })),
  };
  /** @type {Record<string, number[]>} */
  const found = Object.fromEntries(Object.keys(turns).map((name) => [name, []]));
  for (let round = -1; round < session.rounds; round++) {
    session.say(`command line: ${round + 1}/${session.rounds}`);
    for (const [name, turn] of Object.entries(turns)) {
      const ms = await turn();
      // The first round fills the caches of the disk.
      if (round >= 0) found[name]?.push(ms);
    }
  }
  await service.forget();
  const of = (/** @type {string} */ name) => found[name] ?? [];
  return [
    row('winsvc status', 'ms', { winsvc: of('status'), node: of('bare') }),
    row('winsvc status ÷ bare node', '×', { winsvc: ratios(of('status'), of('bare')) }),
    row('koffi and four calls ÷ bare node', '×', { winsvc: ratios(of('koffi'), of('bare')) }),
    row('winsvc status ÷ koffi and four calls', '×', { winsvc: ratios(of('status'), of('koffi')) }),
    row('winsvc --version ÷ bare node', '×', { winsvc: ratios(of('version'), of('bare')) }),
    row('winsvc --version', 'ms, this system', { winsvc: of('localVersion'), node: of('localBare') }),
  ];

  /** @param {(stdio: import('node:child_process').StdioOptions) => import('node:child_process').ChildProcess} start */
  async function time(start) {
    const fd = openSync(output, 'w');
    const began = performance.now();
    const child = start(['ignore', fd, fd]);
    closeSync(fd);
    const [code] = await once(child, 'exit');
    const ms = performance.now() - began;
    if (code !== 0) throw new Error(`a command ended with ${code}: ${readFileSync(output, 'utf8')}`);
    return ms;
  }
}
