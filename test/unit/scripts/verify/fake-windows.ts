/** Windows as far as the checks of verify:windows see it. Each switch makes it break one claim. */
import type { EventEmitter } from 'node:events';
import { appendFileSync, existsSync, lstatSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Kit } from '../../../../scripts/verify/windows/kit.mjs';

export interface Switches {
  /** Exit codes of programs; others are 0. */
  readonly exitCodes: Readonly<Record<string, number>>;
  readonly accessList: string;
  readonly user: (account: string, name: string) => string;
  readonly privileges: string;
  readonly hasServiceSid: boolean;
  readonly readsForeignSecrets: boolean;
  readonly readsMachineSecrets: boolean;
  readonly secretFolderKeeps: boolean;
  readonly recovers: 'always' | 'on failure' | 'never';
  readonly seesKilled: boolean;
  readonly exitOfStop: number;
  readonly controlCode: number;
  readonly stoppedControlCode: number;
  readonly keepsEmptyArguments: boolean;
  readonly triggers: boolean;
  readonly sendsTimeChange: boolean;
  readonly storesDescriptor: boolean;
  readonly ensureChanges: readonly unknown[];
  readonly storesDelayed: boolean;
  readonly localService: string;
  /** Effect of `winsvc watchdog grant`: as it should be, none, on settings too, for everyone before it, for good. */
  readonly grants: 'control' | 'nothing' | 'settings' | 'before' | 'forever';
  readonly logs: boolean;
  readonly logsThroughLinks: boolean;
  readonly logsIntoForeignFolders: boolean;
  readonly logsAfterAccountChange: boolean;
  readonly startFails: number;
  readonly endsProcess: 'ended' | 'runs' | 'runs, not to be opened';
  readonly limitedMb: number;
  readonly freeMb: number;
  readonly heartbeats: boolean;
  readonly batch: 'ends' | 'succeeds' | 'child goes on' | 'runs on' | 'does not run';
  readonly replacesVariables: boolean;
  readonly givesVariables: boolean;
  readonly imports: 'replaces' | 'fails' | 'leaves it' | 'runs nothing';
  readonly doctor: string;
  readonly console: string;
  readonly eventMessage: (text: string) => string;
  readonly newLogKnown: boolean;
  readonly newLogMessage: string | undefined;
  readonly boxAnswer: string;
  readonly remoteEnvironment: Readonly<Record<string, string>> | undefined;
  readonly remoteUnsupported: readonly string[];
  readonly remoteKeepsChanges: boolean;
  readonly leftovers: 'none' | 'service' | 'folder' | 'event source' | 'task';
  readonly powershell: string | Error;
}

/** Windows as the claims say. */
export const RIGHT: Switches = {
  exitCodes: {},
  accessList: 'D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;S-1-5-80-1-2-3-4-5)',
  user: (account, name) => (account === 'virtual' ? `nt service\\${name}` : `nt authority\\${account}`),
  privileges: '"SeChangeNotifyPrivilege","Bypass traverse checking","Enabled"',
  hasServiceSid: true,
  readsForeignSecrets: false,
  readsMachineSecrets: true,
  secretFolderKeeps: true,
  recovers: 'on failure',
  seesKilled: true,
  exitOfStop: 0,
  controlCode: 120,
  stoppedControlCode: 1062,
  keepsEmptyArguments: true,
  triggers: true,
  sendsTimeChange: true,
  storesDescriptor: true,
  ensureChanges: [],
  storesDelayed: true,
  grants: 'control',
  localService:
    'STATE : 4 RUNNING\r\n[SC] OpenService FAILED 5:\r\nAccess is denied.\r\nbefore: EPERM\r\nafter: ESRCH\r\n',
  logs: true,
  logsThroughLinks: false,
  logsIntoForeignFolders: false,
  logsAfterAccountChange: true,
  startFails: 1053,
  endsProcess: 'ended',
  limitedMb: 160,
  freeMb: 640,
  heartbeats: true,
  batch: 'ends',
  replacesVariables: true,
  givesVariables: true,
  imports: 'replaces',
  doctor: '{"findings":[{"outcome":"ok","found":"Windows reserves PORT"}]}',
  console: 'console',
  eventMessage: (text) => text,
  newLogKnown: true,
  newLogMessage: 'first',
  boxAnswer: 'timeout',
  remoteEnvironment: undefined,
  remoteUnsupported: ['environment'],
  remoteKeepsChanges: true,
  leftovers: 'none',
  powershell: '',
};

type Behavior = Readonly<Record<string, unknown>>;
type Settings = Readonly<Record<string, unknown>>;

/** Folder in which the fake has what Windows has in ProgramData. */
export interface FakeWindows {
  readonly right: Switches;
  readonly dir: string;
  readonly receivers: Map<string, EventEmitter>;
  readonly services: Map<string, FakeService>;
  /** Text of the last record. */
  record: string;
  /** `true`: `winsvc watchdog grant` was called. */
  granted: boolean;
  remove(): void;
}

export function createFakeWindows(right: Switches): FakeWindows {
  const dir = mkdtempSync(join(tmpdir(), 'winsvc-fake-windows-'));
  const remove = (): void => {
    rmSync(dir, { recursive: true, force: true });
  };
  return { right, dir, receivers: new Map(), services: new Map(), record: '', granted: false, remove };
}

let nextPid = 4_000_000;

export class FakeService {
  readonly name: string;
  readonly #windows: FakeWindows;
  #settings: Settings;
  readonly #behavior: Behavior;
  readonly #log: string;
  #state = 'stopped';
  #pid = 0;
  #exit: Record<string, number> = { win32: 0 };
  #facts: Record<string, unknown> | undefined;
  #isForeign = false;
  #file = '';
  #newPath = '';

  constructor(windows: FakeWindows, name: string, settings: Settings, behavior: Behavior) {
    this.#windows = windows;
    this.name = name;
    this.#settings = settings;
    this.#behavior = behavior;
    this.#log = join(windows.dir, name, 'logs', `${name}.log`);
    mkdirSync(dirname(this.#log), { recursive: true });
  }

  facts = (): Record<string, unknown> | undefined => this.#facts;
  get environment(): Readonly<Record<string, string>> {
    return (this.#settings['environment'] ?? {}) as Record<string, string>;
  }
  get log(): string {
    return this.#log;
  }
  /** File that the program of the service writes at each start. */
  runsUnder(imagePath: string, file: string): void {
    this.#file = file;
    this.#newPath = imagePath;
  }
  /** As \`winsvc import --apply\` does it. */
  replace(): number {
    const { imports } = this.#windows.right;
    if (imports === 'fails') return 1;
    if (imports !== 'leaves it') this.#settings = { ...this.#settings, imagePath: this.#newPath };
    if (imports !== 'runs nothing') writeFileSync(this.#file, '{}');
    return 0;
  }
  giveFoldersAway(): void {
    this.#isForeign = true;
  }

  start(options: { args?: readonly string[] } = {}): Promise<void> {
    const { right } = this.#windows;
    if (this.#behavior['notRun']) {
      if (right.startFails === 0) return Promise.resolve();
      return Promise.reject(Object.assign(new Error('the start failed'), { win32Code: right.startFails }));
    }
    this.#run(options.args ?? []);
    if (this.#behavior['exitCode'] !== undefined && right.recovers !== 'never') setTimeout(() => this.#run([]), 1_000);
    if (this.#settings['host'] !== undefined) this.#takeMemory();
    return Promise.resolve();
  }

  #run(args: readonly string[]): void {
    const { right } = this.#windows;
    if (this.#file !== '') writeFileSync(this.#file, '{}');
    const { account = 'localSystem' } = this.#settings as { account?: string };
    nextPid += 4;
    this.#pid = right.endsProcess === 'runs' ? process.pid : right.endsProcess === 'ended' ? nextPid : 1;
    this.#state = 'running';
    const cut = args.indexOf('');
    const program = this.#settings['program'] as { args?: readonly string[] } | undefined;
    const extra = (program?.args ?? []).slice(1);
    this.#facts = {
      pid: right.recovers === 'never' ? 1 : nextPid,
      args: cut < 0 || right.keepsEmptyArguments ? args : args.slice(0, cut),
      argv: right.replacesVariables ? extra.map((arg) => arg.replace('%SystemRoot%', 'C:\\Windows')) : extra,
      user: right.user(account, this.name),
      groups: right.hasServiceSid ? `"NT SERVICE\\${this.name}"` : '"Everyone"',
      privileges: right.privileges,
      variable: right.givesVariables ? this.environment['WINSVC_VERIFY'] : undefined,
    };
    const lines = this.#behavior['run'] as readonly (readonly string[])[] | undefined;
    if (lines) this.#facts['outputs'] = lines.map((line) => this.#control(line));
    const secrets = this.#behavior['unprotect'];
    if (secrets !== undefined)
      this.#facts['secrets'] = [
        right.readsMachineSecrets ? 'S3cr3t' : 'SECRET_UNREADABLE',
        right.readsForeignSecrets ? 'S3cr3t' : 'SECRET_UNREADABLE',
      ];
    const { pipe } = (this.#behavior['heartbeat'] ?? {}) as { pipe?: string };
    if (pipe !== undefined && right.heartbeats)
      setTimeout(() => this.#windows.receivers.get(pipe)?.emit('change', { id: this.name, state: 'alive' }), 300);
    this.#writeLog();
  }

  /** Runs sc.exe as the account of the service. */
  #control([, verb, target = '']: readonly string[]): string {
    const { right, granted, services } = this.#windows;
    const may = right.grants === 'before' || (granted && right.grants !== 'nothing');
    if (!may || (verb === 'config' && right.grants !== 'settings')) return '[SC] OpenService FAILED 5:';
    if (verb === 'stop') void services.get(target)?.stop();
    return 'SUCCESS';
  }

  #writeLog(): void {
    const { right } = this.#windows;
    const dir = dirname(this.#log);
    const isLink = lstatSync(dir, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
    if (!right.logs || (isLink && !right.logsThroughLinks)) return;
    if (this.#isForeign && !right.logsIntoForeignFolders) return;
    if (this.#settings['account'] === 'localService' && !right.logsAfterAccountChange) return;
    appendFileSync(this.#log, 'the check runs\n');
  }

  #takeMemory(): void {
    const { right } = this.#windows;
    const isLimited = 'limits' in (this.#settings['host'] as object);
    const [file = ''] = (this.#settings['program'] as { args: readonly string[] }).args;
    const mb = isLimited ? right.limitedMb : right.freeMb;
    writeFileSync(file, JSON.stringify({ mb, done: !isLimited }));
    if (isLimited) this.#state = 'stopped';
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  stop(): Promise<void> {
    const { right } = this.#windows;
    this.#state = 'stopped';
    this.#exit = { win32: this.#behavior['stopFails'] ? right.exitOfStop : 0 };
    if (right.recovers === 'always') setTimeout(() => this.#run([]), 1_000);
    return Promise.resolve();
  }

  uninstall(): Promise<void> {
    this.#windows.services.delete(this.name);
    return Promise.resolve();
  }

  kill(): void {
    const { right } = this.#windows;
    if (right.seesKilled) {
      this.#state = 'stopped';
      this.#exit = { win32: 1067 };
    }
    if (this.#settings['recovery'] && right.recovers !== 'never') setTimeout(() => this.#run([]), 1_000);
  }

  status = () => Promise.resolve({ state: this.#state, pid: this.#pid, exit: this.#exit });

  command(code: number): Promise<void> {
    const { right } = this.#windows;
    const refused = this.#state === 'stopped' ? right.stoppedControlCode : code === 201 ? right.controlCode : 0;
    if (refused === 0) return Promise.resolve();
    return Promise.reject(Object.assign(new Error('refused'), { win32Code: refused }));
  }

  waitFor = (): Promise<void> =>
    this.#windows.right.triggers ? Promise.resolve() : Promise.reject(new Error('still stopped'));

  changeTime(): void {
    if (this.#facts && this.#windows.right.sendsTimeChange) this.#facts['timeChanged'] = true;
  }

  config = () => {
    const { right } = this.#windows;
    const startType = right.storesDelayed ? this.#settings['startType'] : 'auto';
    const stored = this.#settings['securityDescriptor'] as string | undefined;
    return Promise.resolve({
      ...this.#settings,
      startType,
      securityDescriptor: right.storesDescriptor ? stored : 'D:',
      unsupported: [],
    });
  };

  configure(change: Settings): Promise<void> {
    this.#settings = { ...this.#settings, ...change };
    return Promise.resolve();
  }
}

/** Kit of a check on the fake. */
export function fakeKit(windows: FakeWindows): Kit {
  const { right, dir } = windows;
  const folder = join(dir, 'winsvc-verify- kit');
  mkdirSync(folder, { recursive: true });
  let count = 0;
  const undo: (() => unknown)[] = [];
  const newName = (what: string): string => `winsvc-verify-${what}-${++count}`;
  const list = () =>
    Promise.resolve(right.leftovers === 'service' ? [{ name: 'winsvc-verify-left' }] : [{ name: 'EventLog' }]);

  const run: Kit['run'] = async (file, ...args) => {
    const code = right.exitCodes[file] ?? 0;
    let stdout = '';
    const saved = args[args.indexOf('/save') + 1];
    if (args.includes('/save') && saved !== undefined && code === 0)
      writeFileSync(saved, `\ufeff${String(args[0])}\r\n${right.accessList}\r\n`, 'utf16le');
    if (args.includes('/setowner')) for (const service of windows.services.values()) service.giveFoldersAway();
    if (file === 'nssm.exe' && args[0] === 'install') {
      const [, name = '', node = '', ...rest] = args;
      const service = new FakeService(windows, name, { imagePath: 'C:\\nssm.exe', program: { args: rest } }, {});
      windows.services.set(name, service);
      service.runsUnder(node, rest[1] ?? '');
    }
    if (file === 'cmd.exe') {
      const out = join(folder, args.at(-1)?.includes('-break-') ? 'break.txt' : 'close.txt');
      writeFileSync(`${out}.pid`, '2147483646');
      if (right.console !== '') setTimeout(() => writeFileSync(out, right.console), 200);
    }
    if (file === 'wevtutil.exe' && windows.record !== '')
      stdout = `<Event><RenderingInfo><Message>${right.eventMessage(windows.record)}</Message></RenderingInfo></Event>`;
    if (file === 'reg.exe' && args.includes('/s') && right.leftovers === 'event source')
      stdout = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\winsvc-verify-left\r\n';
    return Promise.resolve({ code, stdout, stderr: code === 0 ? '' : 'refused' });
  };
  if (right.leftovers === 'folder') mkdirSync(join(dir, 'winsvc-verify-left'));
  if (right.leftovers === 'task') mkdirSync(join(dir, 'System32', 'Tasks', 'winsvc-verify-left'), { recursive: true });

  const install = (what: string, settings: Settings = {}, behavior: Behavior = {}) => {
    const name = typeof settings['name'] === 'string' ? settings['name'] : newName(what);
    const service = new FakeService(windows, name, { account: 'localSystem', ...settings }, behavior);
    windows.services.set(name, service);
    return Promise.resolve({ name, service, facts: service.facts, log: service.log });
  };
  const kit = {
    scm: {
      list,
      ensure: () => Promise.resolve({ changes: right.ensureChanges }),
      service: (name: string) => windows.services.get(name),
    },
    folder,
    programData: () => dir,
    run,
    newName,
    onCleanup: (fn: () => unknown) => undo.push(fn),
    powershell: () => {
      for (const service of windows.services.values()) service.changeTime();
      return right.powershell instanceof Error ? Promise.reject(right.powershell) : Promise.resolve(right.powershell);
    },
    kill: async (pid: number) => {
      for (const service of windows.services.values()) if ((await service.status()).pid === pid) service.kill();
    },
    share: () => Promise.resolve(),
    cli: (...args: string[]) => {
      if (args[1] === 'grant') windows.granted = !args.includes('--revoke') || right.grants === 'forever';
      const service = windows.services.get(args[1] ?? '');
      if (args[0] === 'import') return Promise.resolve({ code: service?.replace() ?? 1, stdout: '', stderr: '' });
      return Promise.resolve({ code: 0, stdout: withPort(right.doctor, service), stderr: '' });
    },
    node: (...args: string[]) => args.join(' '),
    asLocalService: () => Promise.resolve(right.localService),
    needsSharedNode: () => undefined,
    install,
    close: async () => {
      for (const fn of undo.reverse()) await fn();
      if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
    },
  };
  return kit as unknown as Kit;
}

/** Puts the port of a service into what doctor says. */
function withPort(text: string, service: FakeService | undefined): string {
  return text.replace('PORT', service?.environment['PORT'] ?? 'no port');
}
