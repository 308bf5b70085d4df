/**
 * Preload of an installed script: `node --require=…/load-guard.cjs service.js`. An error that ends the program before its
 * service runs goes to the log and the event log of the service, and the start fails with 1064. Without this file the SCM
 * reports 1053, and the error is lost, because a service has no console.
 *
 * A file of its own that loads nothing: it costs a start one small file, and does its work only after a failure.
 */
type Winsvc = typeof import('./index.ts');
type Manager = typeof import('./manager/index.ts');

/** Someone handles errors: the runner of the service, which listens while it runs, or the app. */
let handled = false;
let reported = false;

process.on('newListener', (event) => {
  if (event === 'uncaughtException') handled = true;
});
// Behind the line above, so that it doesn't count.
handled = false;
process.on('uncaughtException', onError);
handled = false;
process.on('beforeExit', () => {
  if (handled || reported) return;
  const script = process.argv[1] ?? '';
  const why = hasRun(script)
    ? 'its run() was not reached: a top-level await never ended, or the call is in a part that did not run'
    : 'it calls neither run() nor runCli()';
  report(new Error(`${script} ended without running a service: ${why}.`));
});

/** Returns whether a script has a call of run() or runCli(). */
function hasRun(script: string): boolean {
  try {
    const source = process.getBuiltinModule('node:fs').readFileSync(script, 'utf8');
    return /^(?!\s*(?:\/\/|\*)).*\.run(?:Cli)?\(/m.test(source);
  } catch {
    return false;
  }
}

function onError(error: unknown): void {
  // The listener of the runner or the app is called too.
  if (!handled && !reported) report(error);
}

function report(error: unknown): void {
  reported = true;
  process.off('uncaughtException', onError);
  runFailing(error).catch((cause: unknown) => {
    process.stderr.write(`winsvc: the error can't be reported: ${String(cause)}\n`);
    rethrow(error);
  });
}

/** Runs a service whose start fails with the error: log, event log and exit code are those of every failed start. */
async function runFailing(error: unknown): Promise<void> {
  const { defineService, detectHost } = (await import(new URL('./index.js', import.meta.url).href)) as Winsvc;
  const host = await detectHost();
  if (host.kind === 'console') {
    rethrow(error);
    return;
  }
  const { openServiceManager } = (await import(new URL('./manager/index.js', import.meta.url).href)) as Manager;
  const manager = await openServiceManager();
  const services = await manager.list({ state: 'active' });
  const name = services.find(({ pid }) => pid === process.pid)?.name ?? 'winsvc';
  await manager.close();
  await defineService({
    name,
    start() {
      throw error;
    },
  }).run();
}

/** Ends the process as Node would have: with the stack of the error on standard error, and exit code 1. */
function rethrow(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}
