import { AgentError, type Rig } from '../../rig/rig.mjs';
import { type DemoScm, scmName } from './demo-scm.ts';

type Agent = Rig['agent'];

const LIMIT_MS = 30_000;
const DOES_NOT_EXIST = 1060;
const MARKED_FOR_DELETE = 1072;
/** SERVICE_CONTROL_* of winsvc.h. */
const CONTROL = { stop: 1, pause: 2, continue: 3, interrogate: 4, resetStats: 200 };
/** By their numbers, SERVICE_* of winsvc.h. */
const STATES = ['', 'stopped', 'startPending', 'stopPending', 'running', 'continuePending', 'pausePending', 'paused'];
const STOPPED = 1;
const RUNNING = 4;
const PAUSED = 7;

const nameOf = (state: number): string => scmName(STATES[state] ?? String(state));

/** A real SCM: Wine's, or the one of this Windows. The service must be installed. */
export function openRealDemoScm(agent: Agent, name: string): DemoScm {
  let pid = 0;
  let gone: ReturnType<Agent['waitGone']> | undefined;
  return {
    async start(args) {
      ({ pid } = await agent.startBench(name, [...args], RUNNING, LIMIT_MS));
    },
    interrogate: async () => nameOf((await agent.control(name, CONTROL.interrogate)).state),
    async pause() {
      await agent.control(name, CONTROL.pause);
      await agent.waitFor(name, PAUSED, LIMIT_MS);
    },
    async resume() {
      await agent.control(name, CONTROL.continue);
      await agent.waitFor(name, RUNNING, LIMIT_MS);
    },
    async command(command) {
      await agent.control(name, CONTROL[command]);
    },
    async stop() {
      // Asked for while the process lives, so that its exit code can be had.
      gone = agent.waitGone(pid, LIMIT_MS);
      gone.catch(() => undefined);
      await agent.control(name, CONTROL.stop);
    },
    stopped: async () => (await agent.waitFor(name, STOPPED, LIMIT_MS)).win32ExitCode,
    gone: async () => (await gone)?.exitCode ?? undefined,
    state: async () => nameOf((await agent.status(name)).state),
  };
}

/** Installs the program as a service, in place of one that a run that was cut off has left. */
export async function installDemoService(agent: Agent, name: string, imagePath: string): Promise<void> {
  await removeDemoService(agent, name);
  await agent.create({ name, displayName: `${name} (Express)`, imagePath });
}

/** Ends the service's process if there is one, and resolves when its name is free. */
export async function removeDemoService(agent: Agent, name: string): Promise<void> {
  try {
    const { pid } = await agent.status(name);
    if (pid !== 0) {
      // It may end by itself at this moment.
      await agent.kill(pid).catch(() => undefined);
      await agent.waitGone(pid, LIMIT_MS);
    }
    await agent.delete(name).catch((error: unknown) => {
      if (!isCode(error, MARKED_FOR_DELETE)) throw error;
    });
    await agent.waitDeleted(name, LIMIT_MS);
  } catch (error) {
    if (!isCode(error, DOES_NOT_EXIST)) throw error;
  }
}

function isCode(error: unknown, code: number): boolean {
  return error instanceof AgentError && error.code === code;
}
