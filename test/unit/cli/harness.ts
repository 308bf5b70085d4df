import { PassThrough } from 'node:stream';
import { type AnyService, type CliEnvironment } from '../../../src/cli/command.ts';
import { runCommandLine } from '../../../src/cli/main.ts';
import type { MachineProbe } from '../../../src/scm/machine-probe.ts';
import type { ServiceManager } from '../../../src/manager/index.ts';
import { createMockScm, type MockScm } from '../../../src/testing/index.ts';
import { ROOT } from '../../support/imports.ts';

export interface CliRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output as JSON. */
  readonly json: Record<string, unknown>;
}

export interface HarnessOptions {
  readonly scm?: MockScm;
  /** The service that the program is. */
  readonly service?: AnyService;
  /** Whether the streams are a terminal. */
  readonly terminal?: boolean;
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** What is typed, or comes through a pipe. */
  readonly stdin?: string;
  readonly probe?: Partial<MachineProbe>;
  readonly checkLoad?: CliEnvironment['checkLoad'];
  readonly manager?: () => Promise<ServiceManager>;
  readonly fleetManager?: CliEnvironment['openFleetManager'];
  readonly readEvents?: CliEnvironment['readEvents'];
  readonly openSecrets?: CliEnvironment['openSecrets'];
  readonly runService?: CliEnvironment['runService'];
  /** Presses Ctrl+C after so long, in milliseconds of real time. */
  readonly interruptAfterMs?: number;
  /** Presses Ctrl+C once the output has this. */
  readonly interruptAt?: RegExp;
  /** Called with the output so far, each time that there is more. */
  readonly onOutput?: (text: string) => void;
}

const NOTHING: MachineProbe = {
  architecture: () => Promise.resolve({ value: 'x64' }),
  writers: () => Promise.resolve({ value: [] }),
  logonRight: () => Promise.resolve({ value: true }),
  deletionMark: () => Promise.resolve({ value: false }),
  folders: () => Promise.resolve({ value: [] }),
  parameters: () => Promise.resolve({ value: null }),
  eventSource: () => Promise.resolve({ value: 'Application' }),
};

/** Runs the command line on a mock SCM; its time moves on by itself until the command is done. */
export async function runCli(argv: readonly string[], options: HarnessOptions = {}): Promise<CliRun> {
  const { scm = createMockScm(), terminal = false, columns = 100, env = {}, service, runService } = options;
  const text = { stdout: '', stderr: '' };
  let interrupt: () => void = () => undefined;
  const stream = (name: keyof typeof text): CliEnvironment['stdout'] => ({
    isTTY: terminal,
    columns,
    write(chunk) {
      text[name] += chunk;
      options.onOutput?.(text.stdout);
      if (options.interruptAt?.test(text.stderr + text.stdout)) interrupt();
    },
  });
  const stdin = Object.assign(new PassThrough(), { isTTY: terminal, setRawMode: () => undefined });
  if (options.stdin !== undefined) stdin.end(options.stdin);
  let done = false;
  const run = runCommandLine({
    argv,
    program: service ? 'node service.js' : 'winsvc',
    version: '1.2.3',
    packageDir: () => ROOT,
    stdin,
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    env,
    clock: scm.clock,
    onInterrupt(fn) {
      interrupt = fn;
      if (options.interruptAfterMs !== undefined) setTimeout(fn, options.interruptAfterMs);
      return () => undefined;
    },
    openManager: options.manager ?? (() => Promise.resolve(scm.manager())),
    openReader: async () => {
      const manager = await (options.manager ?? (() => Promise.resolve(scm.manager())))();
      return {
        status: (name) => manager.service(name).status(),
        readConfig: async (name) => {
          const { unsupported, ...config } = await manager.service(name).config();
          return { config, unsupported };
        },
        close: () => manager.close(),
      };
    },
    openProbe: () => Promise.resolve({ ...NOTHING, ...options.probe }),
    checkLoad:
      options.checkLoad ?? (() => Promise.resolve({ koffi: { state: 'unused' }, load: { value: { loads: true } } })),
    readEvents:
      options.readEvents ??
      (() => {
        throw new Error('no events here');
      }),
    openSecrets:
      options.openSecrets ??
      (() => {
        throw new Error('no secrets here');
      }),
    ...(options.fleetManager && { openFleetManager: options.fleetManager }),
    runService: runService ?? (() => Promise.resolve(0)),
    ...(service && { service }),
  }).finally(() => {
    done = true;
  });
  // The turns of advance() let the command come on.
  while (!(done as boolean)) await scm.clock.advance(20);
  const result = { code: await run, ...text } as CliRun;
  // Not enumerable: only those who ask for JSON need it to be some.
  return Object.defineProperty(result, 'json', { get: () => JSON.parse(text.stdout) as unknown });
}
