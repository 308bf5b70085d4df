import { once } from 'node:events';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { openRig } from '../../../rig/rig.mjs';
import type { Stage } from '../../contract/support/stage.ts';

type Rig = Awaited<ReturnType<typeof openRig>>;

let runs = 0;

/** Runs a program of the stage on Windows with a JSON file in and one out; `log` is what it printed. */
export async function runProgram(
  rig: Rig,
  stage: Stage,
  program: string,
  input: unknown,
  env: Record<string, string> = {},
): Promise<{ result: unknown; log: string }> {
  const [inFile = '', outFile = '', logFile = ''] = ['in', 'out', 'log'].map((name) =>
    join(stage.dir, `${++runs}-${name}.json`),
  );
  writeFileSync(inFile, JSON.stringify(input));
  const fd = openSync(logFile, 'w');
  const args = [join(stage.dir, `${program}.mjs`), inFile, outFile].map((path) => rig.winPath(path));
  const child = rig.spawnWin(rig.nodeExe, args, { stdio: ['ignore', fd, fd], env });
  closeSync(fd);
  const [code] = (await once(child, 'exit')) as [number | null];
  const log = readFileSync(logFile, 'utf8');
  if (code !== 0) throw new Error(`${program} ended with ${String(code)}:\n${log}`);
  return { result: JSON.parse(readFileSync(outFile, 'utf8')) as unknown, log };
}
