#!/usr/bin/env node
// @ts-check
/** Proves the rig: a raw koffi service is created, started, controlled, stopped and deleted on each Node. Safe to run again. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { NODE_VERSIONS, layout, nodesOf, rigDir, wineLevel } from './lib/layout.mjs';
import { AgentError, RigError, openRig } from './rig.mjs';

/** With what gets lost first when quoting or encoding is wrong. */
const NAME = 'winsvc Rig Prüfung';
const RUNNING = 4;
const STOPPED = 1;
const USER_CONTROL = 128;
const DOES_NOT_EXIST = 1060;

/** @param {import('./rig.mjs').Rig} rig @param {string} reportFile */
async function check(rig, reportFile) {
  const { agent, winPath } = rig;
  const quoted = [rig.nodeExe, join(rigDir, 'selfcheck-service.mjs'), rig.modulesDir, reportFile].map(
    (path) => `"${winPath(path)}"`,
  );
  await agent.create({ name: NAME, displayName: `${NAME} (self-check)`, imagePath: quoted.join(' ') });
  await agent.setDescription(NAME, 'Überprüft den Prüfstand.');
  const { description, displayName } = await agent.config(NAME);
  expect('display name', displayName, `${NAME} (self-check)`);
  expect('description', description, 'Überprüft den Prüfstand.');

  const started = await agent.startBench(NAME, ['eins', 'zwei "drei"'], RUNNING, 30_000);
  const report = JSON.parse(readFileSync(reportFile, 'utf8'));
  expect('start arguments', JSON.stringify(report.args), JSON.stringify([NAME, 'eins', 'zwei "drei"']));
  expect('variables of npm and Node', report.leaked.join(' '), '');
  expect('status after the start', (await agent.status(NAME)).pid, started.pid);
  expect('answer to interrogate', (await agent.control(NAME, 4)).state, RUNNING);
  const rounds = await agent.interrogateBench(NAME, USER_CONTROL, 200);
  // Wine's SCM drops what HandlerEx returns: there a control that the service refuses succeeds.
  const refused = await agent.control(NAME, 200).then(
    () => 0,
    (error) => error.code,
  );
  expect('answer to an unknown control', refused, rig.kind === 'wine' ? 0 : 120);
  const { workingSet } = await agent.memory(started.pid);
  // Wine 10 can't count them.
  const handles = rig.wine === 10 ? '–' : await agent.handles(started.pid);
  const [seen, gone] = await Promise.all([
    agent.history(NAME, STOPPED, 10_000),
    agent.waitGone(started.pid, 10_000),
    agent.control(NAME, 1),
  ]);
  expect('states of the stop', seen.map(({ state }) => state).join(' '), '4 3 1');
  expect('exit code of the process', gone.exitCode, 0);

  // Once more for the figures: the same name, at once.
  await agent.start(NAME);
  await agent.waitFor(NAME, RUNNING, 30_000);
  const stopped = await agent.stopBench(NAME);
  await agent.delete(NAME);
  await agent.waitDeleted(NAME, 10_000);
  expect('status after deletion', await agent.status(NAME).catch((error) => error.code), DOES_NOT_EXIST);
  return {
    node: report.node,
    'start ms': round(started.ms),
    'control µs': Math.round(median(rounds.controlUs)),
    'query µs': Math.round(median(rounds.queryUs)),
    'stopped ms': round(stopped.stoppedMs),
    'gone ms': round(stopped.goneMs),
    'memory MB': round(workingSet / 2 ** 20),
    handles,
  };
}

/** What an earlier run that was cut off may have left. @param {import('./rig.mjs').Rig} rig */
async function clean({ agent }) {
  try {
    const { pid } = await agent.status(NAME);
    if (pid !== 0) {
      await agent.kill(pid).catch(() => {});
      await agent.waitGone(pid, 10_000);
    }
    await agent.delete(NAME).catch((error) => {
      if (error.code !== 1072) throw error;
    });
    await agent.waitDeleted(NAME, 10_000);
  } catch (error) {
    if (!(error instanceof AgentError) || error.code !== DOES_NOT_EXIST) throw error;
  }
}

/** @param {string} what @param {unknown} actual @param {unknown} expected */
function expect(what, actual, expected) {
  if (actual !== expected)
    throw new RigError(`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
}

/** @param {number[]} values */
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
/** @param {number} value */
const round = (value) => Math.round(value * 10) / 10;

const majors = nodesOf(wineLevel());
const rows = [];
for (const major of process.platform === 'win32' ? majors.slice(0, 1) : majors) {
  try {
    rows.push(await checkOn(major));
  } catch (error) {
    rows.push({ node: `v${NODE_VERSIONS[major]}`, result: 'FAILED' });
    process.stderr.write(`node ${major}: ${/** @type {Error} */ (error).message}\n`);
    process.exitCode = 1;
  }
}
console.table(rows);

/** @param {import('./lib/layout.mjs').NodeMajor} major */
async function checkOn(major) {
  const began = performance.now();
  const rig = await openRig({ node: major });
  const agentMs = Math.round(performance.now() - began);
  const reportFile = join(layout(8).logs, `selfcheck-${process.pid}.json`);
  try {
    await clean(rig);
    return { ...(await check(rig, reportFile)), 'agent ms': agentMs, result: 'ok' };
  } finally {
    await clean(rig);
    await rig.close();
    rmSync(reportFile, { force: true });
  }
}
