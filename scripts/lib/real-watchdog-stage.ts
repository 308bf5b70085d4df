import { join } from 'node:path';
import type { Rig } from '../../rig/rig.mjs';
import type { Stage } from '../../test/support/stage.mjs';
import { installDemoService, openRealDemoScm } from './real-demo-scm.ts';
import { type WatchdogFiles, type WatchdogNames, writeWatchdogFiles } from './watchdog-files.ts';
import type { WatchdogStage } from './watchdog-scenario.ts';

const RELOAD = 200;
const STOP = 1;
const STOPPED = 1;
const LIMIT_MS = 30_000;

/** Installs examples/heartbeat-watchdog as three services of a real SCM. `stage` must have the package `yaml`. */
export async function installWatchdogServices(
  rig: Rig,
  stage: Stage,
  names: WatchdogNames,
  faults: readonly string[],
): Promise<{ readonly folder: string; readonly files: WatchdogFiles; readonly scm: WatchdogStage }> {
  const { agent } = rig;
  const folder = await stage.add('examples/heartbeat-watchdog');
  const files = await writeWatchdogFiles(folder, names, { faults, pathOf: rig.winPath });
  const main = join(folder, 'main.js');
  for (const [which, name] of Object.entries(names)) {
    const program = [rig.nodeExe, main].map((path) => `"${rig.winPath(path)}"`).join(' ');
    await installDemoService(agent, name as string, `${program} ${which}`);
  }
  const scm: WatchdogStage = {
    start: (name) => openRealDemoScm(agent, name).start([]),
    async stop(name) {
      await agent.control(name, STOP);
      await agent.waitFor(name, STOPPED, LIMIT_MS);
    },
    state: (name) => openRealDemoScm(agent, name).state(),
    async reload() {
      await agent.control(names.watchdog, RELOAD);
    },
    async kill(name) {
      const { pid } = await agent.status(name);
      await agent.kill(pid);
      await agent.waitGone(pid, LIMIT_MS);
    },
  };
  return { folder, files, scm };
}
