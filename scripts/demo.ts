/** `npm run demo`: the heartbeat watchdog and two services, on the mock SCM. Runs on any system. `--keep` stays open. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createMailerService } from '../examples/heartbeat-watchdog/mailer.js';
import { createOrdersService } from '../examples/heartbeat-watchdog/orders.js';
import { createWatchdogService } from '../examples/heartbeat-watchdog/watchdog.js';
import { createMockWatchdogStage } from './lib/mock-watchdog-stage.ts';
import { Story } from './lib/story.ts';
import { writeWatchdogFiles } from './lib/watchdog-files.ts';
import { playWatchdogScenario, stopWatchdogScenario } from './lib/watchdog-scenario.ts';

const INTERRUPTED = 130;
const NAMES = { watchdog: 'WinsvcWatchdog', orders: 'WinsvcOrders', mailer: 'WinsvcMailer' };

const { keep } = options();
const folder = await mkdtemp(join(tmpdir(), 'winsvc demo '));
const hook = await openWebhook();
const files = await writeWatchdogFiles(folder, NAMES, { faults: ['crash', 'hang', 'none'], webhook: hook.url });
const stage = createMockWatchdogStage((manager) => [
  createOrdersService({ file: files.orders }),
  createMailerService({ file: files.mailer }),
  createWatchdogService({ file: files.watchdog, openManager: manager }),
]);
const story = new Story();
const interrupt = new AbortController();
const interrupted = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    // A second one, as tsx passes it on beside the terminal's, must not cut the end short.
    process.on(signal, () => {
      interrupt.abort(new Error(signal));
      resolve();
    });
  }
});

story.title(
  'winsvc: a watchdog and two services on the mock SCM, in real time',
  `examples/heartbeat-watchdog, Node ${process.version}, ${process.platform}; on a real SCM: npm run demo:scm -- --watchdog`,
);
try {
  await Promise.race([playWatchdogScenario(stage, NAMES, files, story, interrupt.signal), interrupted]);
  if (keep && !interrupt.signal.aborted) {
    process.stdout.write(`\nThe status page stays open: http://127.0.0.1:${files.pagePort}/   Ctrl+C ends it.\n\n`);
    await interrupted;
  }
} catch (error) {
  if (!interrupt.signal.aborted) story.line({ app: error instanceof Error ? error.message : String(error), ok: false });
}
await stopWatchdogScenario(stage, NAMES, story);
if (!interrupt.signal.aborted || keep) {
  const kinds = hook.kinds();
  const ok = kinds.has('failed') && kinds.has('recovered');
  story.line({ app: `the webhook heard: ${[...kinds].join(', ') || 'nothing'}`, ok });
}
hook.close();
await rm(folder, { recursive: true, force: true });
const code = story.summary('What crashed and what hung was restarted; what was well was left alone.');
process.exit(interrupt.signal.aborted && !keep ? INTERRUPTED : code);

function options(): { keep: boolean } {
  try {
    const { values } = parseArgs({ options: { keep: { type: 'boolean', default: false } } });
    return values;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\nUsage: npm run demo [-- --keep]\n`);
    process.exit(2);
  }
}

/** Stands for the chat that notices go to. */
async function openWebhook(): Promise<{ url: string; kinds(): Set<string>; close(): void }> {
  const kinds = new Set<string>();
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.once('end', () => {
      const { notices } = JSON.parse(body) as { notices: readonly { kind: string }[] };
      for (const { kind } of notices) kinds.add(kind);
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, kinds: () => kinds, close: () => void server.close() };
}
