/** `npm run demo:scm`: the Express example as a real service: on Windows (elevated), or on Wine's SCM on Linux. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openRig, type Rig } from '../rig/rig.mjs';
import { stagePackage, type Stage } from '../test/support/stage.mjs';
import { playExpressScenario } from './lib/express-scenario.ts';
import { freePort } from './lib/http.ts';
import { installDemoService, openRealDemoScm, removeDemoService } from './lib/real-demo-scm.ts';
import { Story } from './lib/story.ts';

/** With what gets lost first when quoting or encoding is wrong. */
const NAME = 'winsvc Démo Ü';
const INTERRUPTED = 130;

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

const playing = play();
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
process.exit(story.summary('The request in flight at the stop was answered; no process and no service is left.'));

async function play(): Promise<void> {
  const { agent } = rig;
  const host = rig.kind === 'wine' ? 'the SCM of Wine' : 'the SCM of this Windows';
  story.title(
    `winsvc: an Express app as a service on ${host}`,
    `examples/express-app, node.exe ${await agent.ping()}, winsvc built just now; service name "${NAME}"`,
  );
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

  await removeDemoService(agent, NAME);
  const left = (await agent.list()).filter(({ name }) => name === NAME);
  story.line({
    scm: 'delete',
    app: left.length === 0 ? 'the name is free again' : 'it is still there',
    ok: left.length === 0,
  });
}

/** Leaves nothing behind, however far the demo came. */
async function cleanUp(): Promise<void> {
  // It gives up at its next step: nothing is made behind the back of what follows.
  await playing.catch(() => undefined);
  try {
    await removeDemoService(rig.agent, NAME);
  } catch {
    // Ctrl+C in a terminal reaches the agent too: another one does it.
    const second: Rig = await openRig();
    await removeDemoService(second.agent, NAME).finally(second.close);
  }
  await rig.close();
  await (await stage)?.remove();
}
