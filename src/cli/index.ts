import { existsSync } from 'node:fs';
import { requireWindows } from '../errors/require-windows.ts';
import { systemClock } from '../util/clock.ts';
import { findPackageFile, findPackageFolder } from '../util/package-files.ts';
import { embeddedFiles } from '../util/embedded-files.ts';
import { VERSION } from '../util/version.ts';
import type { AnyService, CliEnvironment } from './command.ts';
import { runCommandLine } from './main.ts';
import { shellQuote } from './output/shell-quote.ts';
import { type Called, ownName, winsvcName } from './program-name.ts';

const KEEP_ALIVE_MS = 2 ** 30;

/**
 * Runs the command line `winsvc` and returns its exit code.
 *
 * @param loadDefineService loads `defineService` of the package, whose entry loads this one
 */
export function runWinsvc(
  argv: readonly string[],
  loadDefineService?: CliEnvironment['loadDefineService'],
): Promise<number> {
  const program = winsvcName({ ...called(), exists: existsSync });
  return runHere({ argv, program, ...(loadDefineService && { loadDefineService }) });
}

export { isVerb } from './commands/all.ts';

/** Runs a verb of a program with a service of its own, and returns its exit code. */
export function runServiceCommand(
  service: AnyService,
  argv: readonly string[],
  runService: (args: readonly string[]) => Promise<number>,
): Promise<number> {
  const { instance } = service.definition;
  // It may stand before the verb: each command that is printed has it.
  const program = [
    ownName(called()),
    ...(instance === undefined ? [] : [`--instance ${shellQuote(instance) ?? instance}`]),
  ];
  return runHere({
    argv,
    program: program.join(' '),
    service,
    runService,
    isHosted: embeddedFiles()?.isHosted ?? false,
  });
}

function called(): Omit<Called, 'exists'> {
  const exe = embeddedFiles() && process.execPath;
  return {
    ...(exe !== undefined && { exe }),
    env: process.env,
    script: process.argv[1] ?? '',
    cwd: process.cwd(),
    execArgv: process.execArgv,
  };
}

async function runHere(
  own: Pick<CliEnvironment, 'argv' | 'program'> &
    Partial<Pick<CliEnvironment, 'service' | 'isHosted' | 'runService' | 'loadDefineService'>>,
): Promise<number> {
  // `winsvc list | more` may end early: that is no error.
  process.stdout.on('error', endAtClosedPipe);
  // Timers and waits of the library don't keep the process alive.
  const alive = setInterval(() => undefined, KEEP_ALIVE_MS);
  try {
    const code = await runCommandLine({
      version: VERSION,
      packageDir: findPackageFolder,
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      env: takeEnvironment(),
      clock: systemClock,
      onInterrupt,
      openManager: async (machine) => {
        const { openServiceManager } = await import('../manager/index.ts');
        return openServiceManager(machine === undefined ? {} : { machine });
      },
      openReader: async (machine) => {
        requireWindows('winsvc');
        const [{ openFfi }, { Win32ScmClient }] = await Promise.all([
          import('../win32/ffi/open-ffi.ts'),
          import('../win32/scm/win32-scm-client.ts'),
        ]);
        return new Win32ScmClient(openFfi(), machine);
      },
      openProbe: async () => {
        const [{ createMachineProbe }, { createRegistryProbe }, { openFfi }] = await Promise.all([
          import('../win32/probe/machine-probe.ts'),
          import('../win32/eventlog/registry-probe.ts'),
          import('../win32/ffi/open-ffi.ts'),
        ]);
        return { ...createMachineProbe(openFfi), ...createRegistryProbe(openFfi) };
      },
      checkLoad: async (request) => {
        const { checkLoad } = await import('./doctor/load-check.ts');
        return checkLoad(findPackageFile('load-check.cjs') ?? 'load-check.cjs', request);
      },
      readEvents: async function* (options) {
        const { readEvents } = await import('../eventlog/index.ts');
        yield* readEvents(options);
      },
      openSecrets: async (service) => {
        const { openSecretStore } = await import('../secret/index.ts');
        return openSecretStore(service);
      },
      runService: () => Promise.resolve(0),
      ...own,
    });
    await flush();
    return code;
  } finally {
    clearInterval(alive);
    process.stdout.off('error', endAtClosedPipe);
  }
}

/** Takes the password out of the environment, so that no child process inherits it. */
function takeEnvironment(): CliEnvironment['env'] {
  // Read by its name: Windows finds it in any case.
  const { WINSVC_PASSWORD } = process.env;
  delete process.env['WINSVC_PASSWORD'];
  return { ...process.env, WINSVC_PASSWORD };
}

function onInterrupt(fn: () => void): () => void {
  process.on('SIGINT', fn);
  return () => process.off('SIGINT', fn);
}

/** Waits until both streams are written: on Windows, writes to a pipe are asynchronous. */
function flush(): Promise<unknown> {
  return Promise.all(
    [process.stdout, process.stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))),
  );
}

function endAtClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE' || error.code === 'EOF') process.exit(0);
  throw error;
}
