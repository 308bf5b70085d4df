/**
 * `npm run demo:scm`: the Express example as a real service; with `-- --watchdog` the heartbeat watchdog and what it
 * watches. On Windows (elevated), or on Wine's SCM on Linux.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openRig, type Rig } from '../rig/rig.mjs';
import { stagePackage, type Stage } from '../test/support/stage.mjs';
import { playExpressScenario } from './lib/express-scenario.ts';
import { freePort } from './lib/http.ts';
import { installDemoService, openRealDemoScm, removeDemoService } from './lib/real-demo-scm.ts';
import { installWatchdogServices } from './lib/real-watchdog-stage.ts';
import { Story } from './lib/story.ts';
import { playWatchdogScenario, stopWatchdogScenario } from './lib/watchdog-scenario.ts';

/** With what gets lost first when quoting or encoding is wrong. */
const NAME = 'winsvc Démo Ü';
const WATCHDOG = { orders: 'winsvc Démo orders', mailer: 'winsvc Démo mailer', watchdog: 'winsvc Démo watchdog' };
const INTERRUPTED = 130;
const { watchdog } = options();
const names = watchdog ? Object.values(WATCHDOG) : [NAME];

// Says itself what it does, and why it can't where it can't.
const setup = spawnSync(process.execPath, [fileURLToPath(new URL('../rig/setup.mjs', import.meta.url))], {
  stdio: ['ignore', 'inherit', 'inherit'],
});
if (setup.status !== 0) {
  process.stderr.write('\nThe demo on a real SCM can not run here. `npm run demo` runs everywhere, on the mock SCM.\n');
  process.exit(1);
}

const story = new Story();
const rig = await openRig();
const interrupt = new AbortController();
let stage: Promise<Stage> | undefined;

const interrupted = new Promise<never>((_resolve, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      const reason = new Error(signal);
      interrupt.abort(reason);
      reject(reason);
    });
  }
});
interrupted.catch(() => undefined);

const playing = watchdog ? playWatchdog() : playExpress();
try {
  await Promise.race([playing, interrupted]);
} catch (error) {
  if (!interrupt.signal.aborted) story.line({ app: error instanceof Error ? error.message : String(error), ok: false });
} finally {
  await cleanUp();
}
if (interrupt.signal.aborted) {
  process.stdout.write('\nInterrupted. No process and no service is left.\n');
  process.exit(INTERRUPTED);
}
const done = watchdog
  ? 'What crashed, hung or was killed was restarted'
  : 'The request in flight at the stop was answered';
process.exit(story.summary(`${done}; no process and no service is left.`));

async function playExpress(): Promise<void> {
  const { agent } = rig;
  await title('an Express app as a service', 'examples/express-app', `; service name "${NAME}"`);
  stage = stagePackage({ rig, packages: ['express'] });
  const app = await (await stage).add('examples/express-app');
  const imagePath = [rig.nodeExe, join(app, 'main.js')].map((path) => `"${rig.winPath(path)}"`).join(' ');
  interrupt.signal.throwIfAborted();
  await installDemoService(agent, NAME, imagePath);
  story.line({
    scm: 'install',
    app: rig.winPath(app),
    state: 'STOPPED',
    ok: (await agent.config(NAME)).imagePath === imagePath,
  });

  await playExpressScenario(openRealDemoScm(agent, NAME), await freePort(), story, interrupt.signal);

  await remove('the name is free again');
}

async function playWatchdog(): Promise<void> {
  await title('a watchdog and two services', 'examples/heartbeat-watchdog');
  stage = stagePackage({ rig, packages: ['yaml'] });
  const staged = await stage;
  interrupt.signal.throwIfAborted();
  const { folder, files, scm } = await installWatchdogServices(rig, staged, WATCHDOG, ['crash', 'hang', 'none']);
  story.line({ scm: 'install', app: rig.winPath(folder), state: 'STOPPED' });
  await playWatchdogScenario(scm, WATCHDOG, files, story, interrupt.signal);
  await stopWatchdogScenario(scm, WATCHDOG, story);
  await remove('the names are free again');
}

async function title(what: string, example: string, more = ''): Promise<void> {
  const host = rig.kind === 'wine' ? 'the SCM of Wine' : 'the SCM of this Windows';
  const details = `${example}, node.exe ${await rig.agent.ping()}, winsvc built just now${more}`;
  story.title(`winsvc: ${what} on ${host}`, details);
}

async function remove(free: string): Promise<void> {
  for (const name of names) await removeDemoService(rig.agent, name);
  const left = (await rig.agent.list()).filter(({ name }) => names.includes(name));
  story.line({ scm: 'delete', app: left.length === 0 ? free : 'it is still there', ok: left.length === 0 });
}

/** Leaves nothing behind, however far the demo came. */
async function cleanUp(): Promise<void> {
  // It gives up at its next step: nothing is made behind the back of what follows.
  await playing.catch(() => undefined);
  try {
    for (const name of names) await removeDemoService(rig.agent, name);
  } catch {
    // Ctrl+C in a terminal reaches the agent too: another one does it.
    const second: Rig = await openRig();
    try {
      for (const name of names) await removeDemoService(second.agent, name);
    } finally {
      await second.close();
    }
  }
  await rig.close();
  await (await stage)?.remove();
}

function options(): { watchdog: boolean } {
  try {
    return parseArgs({ options: { watchdog: { type: 'boolean', default: false } } }).values;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\nUsage: npm run demo:scm [-- --watchdog]\n`);
    process.exit(2);
  }
}
