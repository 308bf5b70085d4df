// Every check of verify:windows on a fake Windows: it passes where the claim holds, and fails where it doesn't.
import { EventEmitter } from 'node:events';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCheck } from '../../../../scripts/verify/windows/check.mjs';
import { allChecks } from '../../../../scripts/verify/windows/checks.mjs';
import { ROOT } from '../../../support/imports.ts';
import { createFakeWindows, fakeKit, type FakeWindows, RIGHT, type Switches } from './fake-windows.ts';

let windows: FakeWindows;

vi.mock('koffi', () => ({ default: { load: () => ({ func: () => () => 1 }) } }));
vi.mock('winsvc/eventlog', () => ({
  installEventSource: () => Promise.resolve({ ready: windows.right.newLogKnown }),
  removeEventSource: () => Promise.resolve(),
  openEventLog: () => ({
    warn: (text: string) => {
      windows.record = text;
    },
    close: () => undefined,
  }),
  readEvents: async function* () {
    if (windows.right.newLogMessage !== undefined) yield { message: windows.right.newLogMessage };
  },
}));
vi.mock('winsvc/session', () => ({
  listSessions: () => Promise.resolve([{ id: 1, state: 'active' }]),
  sendMessageToUser: () => Promise.resolve(windows.right.boxAnswer),
}));
vi.mock('winsvc/secret', () => ({
  openSecretStore: () => {
    const folder = join(windows.dir, 'secrets');
    mkdirSync(folder, { recursive: true });
    return {
      folder,
      set: () => Promise.resolve(),
      get: () => Promise.resolve(windows.right.secretFolderKeeps ? 'S3cr3t' : undefined),
    };
  },
  protect: () => Promise.resolve('protected'),
  unprotect: () => Promise.resolve('S3cr3t'),
}));
vi.mock('winsvc/manager', () => ({
  openServiceManager: () => {
    let description: string | null = null;
    const service = {
      status: () => Promise.resolve({ state: 'running' }),
      config: () =>
        Promise.resolve({
          environment: windows.right.remoteEnvironment,
          unsupported: windows.right.remoteUnsupported,
          description,
        }),
      configure: (change: { description: string }) => {
        if (windows.right.remoteKeepsChanges) ({ description } = change);
        return Promise.resolve();
      },
      start: () => Promise.resolve(),
      stop: () => Promise.resolve(),
    };
    return Promise.resolve({ service: () => service, close: () => Promise.resolve() });
  },
}));
vi.mock('winsvc/heartbeat', () => ({
  createHeartbeatReceiver: ({ pipe }: { pipe: string }) => {
    const receiver = Object.assign(new EventEmitter(), { start: () => Promise.resolve(), close: () => undefined });
    windows.receivers.set(pipe, receiver);
    return receiver;
  },
}));
vi.mock('winsvc/watchdog', () => ({
  createWatchdog: ({ targets }: { targets: { name: string; actions: { run: string; args: string[] } }[] }) => {
    const watchdog = new EventEmitter();
    let ticking: NodeJS.Timeout | undefined;
    const start = (): Promise<void> => {
      const { name, actions } = targets[0]!;
      const { batch } = windows.right;
      const ticks = join(dirname(actions.run), 'ticks.txt');
      const out = actions.args[0]!;
      if (batch === 'does not run') return Promise.resolve();
      writeFileSync(out, `${name} \r\n`);
      ticking = setInterval(() => appendFileSync(ticks, '.'), 50);
      setTimeout(() => {
        if (batch !== 'child goes on') clearInterval(ticking);
        if (batch === 'runs on') appendFileSync(out, 'end\r\n');
        watchdog.emit('actionEnd', {}, batch === 'succeeds' ? undefined : new Error('timed out'));
      }, 3_000);
      return Promise.resolve();
    };
    return Object.assign(watchdog, {
      start,
      close: () => {
        clearInterval(ticking);
      },
    });
  },
}));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  windows.remove();
});

/** Runs one check on a Windows with these differences, in virtual time. */
async function runOn(id: string, differences: Partial<Switches>) {
  windows = createFakeWindows({ ...RIGHT, ...differences });
  vi.stubEnv('ProgramData', windows.dir);
  vi.stubEnv('SystemRoot', windows.dir);
  vi.stubEnv('WINSVC_VERIFY_GMSA', 'DOMAIN\\orders$');
  const check = allChecks.find((one) => one.id === id)!;
  const row = runCheck(check, { onWine: false, open: () => Promise.resolve(fakeKit(windows)) });
  const progress = { isOver: false };
  void row.finally(() => {
    progress.isOver = true;
  });
  while (!progress.isOver) {
    // Sockets and files need turns of the real event loop.
    await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(100);
  }
  return row;
}

const GMSA: Partial<Switches> = { user: () => 'domain\\orders$' };
const OPEN = 'D:AI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICIID;0x1200a9;;;BU)';
const EVERYONE = 'D:(A;;FA;;;WD)';

/** Differences from Windows as the claims say it, of which each must make the check fail. */
const BREAKS: Readonly<Record<string, readonly Partial<Switches>[]>> = {
  'recovery-killed': [{ recovers: 'never' }],
  'recovery-exit-code': [{ recovers: 'never' }],
  'recovery-requested-stop': [{ recovers: 'always' }, { exitOfStop: 1064 }],
  'control-refused': [{ controlCode: 0 }, { controlCode: 1061 }],
  'control-stopped': [{ stoppedControlCode: 0 }, { stoppedControlCode: 5 }],
  'killed-seen': [{ seesKilled: false }],
  'arguments-empty': [{ keepsEmptyArguments: false }],
  'trigger-pipe': [{ triggers: false }],
  'time-change': [{ sendsTimeChange: false }],
  'account-virtual': [{ user: () => 'nt authority\\system' }],
  'account-gmsa': [{}],
  'sid-type': [{ hasServiceSid: false }],
  privileges: [{ privileges: '"SeChangeNotifyPrivilege" "SeDebugPrivilege"' }, { privileges: '' }],
  'security-descriptor': [{ storesDescriptor: false }, { ensureChanges: [{ setting: 'securityDescriptor' }] }],
  'rights-limited': [
    { localService: 'OpenService FAILED 5: OpenService FAILED 5:' },
    { localService: 'STATE : 4 RUNNING STATE : 3 STOP_PENDING' },
  ],
  'grant-control': [{ grants: 'nothing' }, { grants: 'settings' }, { grants: 'before' }, { grants: 'forever' }],
  'process-not-opened': [
    { localService: 'before: opened after: ESRCH' },
    { localService: 'before: EPERM after: EPERM' },
    { localService: 'before: EPERM ServiceError' },
  ],
  'delayed-start': [{ storesDelayed: false }],
  'log-folder-access': [
    { logs: false },
    { accessList: OPEN },
    { accessList: EVERYONE },
    { exitCodes: { 'icacls.exe': 5 } },
  ],
  'log-folder-squatted': [{ logsThroughLinks: true }],
  'log-folder-owner': [{ logsIntoForeignFolders: true }, { exitCodes: { 'icacls.exe': 5 } }],
  'log-folder-account': [{ logs: false }, { logsAfterAccountChange: false }],
  'log-folder-restricted': [{ logs: false }, { hasServiceSid: false }],
  'secret-folder': [{ secretFolderKeeps: false }, { accessList: OPEN }, { accessList: 'D:' }],
  'secret-user': [{ readsForeignSecrets: true }, { readsMachineSecrets: false }],
  'event-text': [{ eventMessage: () => '' }, { eventMessage: () => 'The description for Event ID 1 cannot be found.' }],
  'event-log-new': [{ newLogKnown: false }, { newLogMessage: undefined }, { newLogMessage: 'another' }],
  'message-box': [{ boxAnswer: 'async' }],
  'hosted-limits': [{ limitedMb: 640 }, { freeMb: 96 }],
  'heartbeat-accounts': [{ heartbeats: false }],
  'action-batch': [{ batch: 'does not run' }, { batch: 'succeeds' }, { batch: 'child goes on' }, { batch: 'runs on' }],
  'image-path-variables': [{ replacesVariables: false }],
  environment: [{ givesVariables: false }],
  'import-nssm': [
    { exitCodes: { 'nssm.exe': 1 } },
    { imports: 'fails' },
    { imports: 'leaves it' },
    { imports: 'runs nothing' },
  ],
  'doctor-reserved-port': [
    { doctor: '{"findings":[{"outcome":"ok","found":"PORT is free"}]}' },
    { exitCodes: { 'netsh.exe': 1 } },
  ],
  'doctor-healthy': [
    { doctor: '{"findings":[{"outcome":"fail","found":"no"}]}' },
    { doctor: '' },
    { doctor: '{"findings":[]}' },
  ],
  'console-break': [{ console: '' }, { console: 'exit' }],
  'console-close': [{ console: '' }, { console: 'exit' }],
  'connection-limit': [{ startFails: 0 }, { startFails: 1056 }],
  'killed-process-handle': [{ endsProcess: 'runs' }],
  'other-machine': [{ remoteUnsupported: [] }, { remoteKeepsChanges: false }],
  'leaves-nothing': [
    { leftovers: 'service' },
    { leftovers: 'folder' },
    { leftovers: 'event source' },
    { leftovers: 'task' },
  ],
};
/** They record a state of the machine, or restart it. */
const WITHOUT_VERDICT = ['smart-app-control', 'preshutdown'];

describe('the checks of verify:windows', () => {
  it('are all held to a Windows on which they must fail', () => {
    windows = createFakeWindows(RIGHT);
    expect([...Object.keys(BREAKS), ...WITHOUT_VERDICT].sort()).toEqual(allChecks.map(({ id }) => id).sort());
  });

  it.each(Object.keys(BREAKS))('%s passes where its claim holds, and fails where it does not', async (id) => {
    const holds = await runOn(id, id === 'account-gmsa' ? GMSA : {});
    expect(holds).toMatchObject({ result: 'proven' });
    expect(holds.detail).not.toBe('');
    expect(readdirSync(windows.dir).filter((name) => name.startsWith('winsvc-verify- '))).toEqual([]);
    for (const difference of BREAKS[id]!) {
      windows.remove();
      const broken = await runOn(id, difference);
      expect({ difference, ...broken }).toMatchObject({ result: 'failed' });
      expect(broken.detail).not.toMatch(/is not a function|is not defined|Cannot read propert/);
    }
  });

  it.each(WITHOUT_VERDICT)('%s runs', async (id) => {
    const { result, detail } = await runOn(id, {});
    expect(result).toBe(id === 'preshutdown' ? 'skipped' : 'proven');
    expect(detail).not.toBe('');
  });

  it('skips what this machine lacks, and says what to set', async () => {
    windows = createFakeWindows(RIGHT);
    vi.stubEnv('WINSVC_VERIFY_GMSA', '');
    const check = allChecks.find(({ id }) => id === 'account-gmsa')!;
    const row = await runCheck(check, { onWine: false, open: () => Promise.resolve(fakeKit(windows)) });
    expect(row).toMatchObject({ result: 'skipped' });
    expect(row.detail).toContain('WINSVC_VERIFY_GMSA');
  });

  it('on Wine, a lack of Wine is a skip, and a mistake in a check is a failure', async () => {
    windows = createFakeWindows(RIGHT);
    const open = () => Promise.resolve(fakeKit(windows));
    const lack = { id: 'x', title: 'x', wine: 'it has none', run: () => Promise.reject(new Error('no')) };
    expect(await runCheck(lack, { onWine: true, open })).toMatchObject({
      result: 'skipped',
      detail: 'Wine: it has none. Seen: no',
    });
    const mistake = { ...lack, run: () => Promise.reject(new TypeError('kit.nothing is not a function')) };
    expect(await runCheck(mistake, { onWine: true, open })).toMatchObject({ result: 'failed' });
  });

  it('a check that hangs fails after its limit, and what it made is removed', async () => {
    windows = createFakeWindows(RIGHT);
    let isClosed = false;
    const kit = fakeKit(windows);
    const check = {
      id: 'x',
      title: 'x',
      run: (tools: typeof kit) => {
        tools.onCleanup(() => {
          isClosed = true;
        });
        return new Promise<string>(() => undefined);
      },
    };
    const row = runCheck(check, { onWine: false, open: () => Promise.resolve(kit), limitMs: 5_000 });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await row).toMatchObject({ result: 'failed', detail: 'The check did not end within 5 s' });
    expect(isClosed).toBe(true);
  });
});

describe('the preshutdown check', () => {
  it('restarts the machine when asked to, and reports after the restart', async () => {
    const argv = [...process.argv];
    process.argv.push('--restart');
    try {
      windows = createFakeWindows(RIGHT);
      vi.stubEnv('ProgramData', windows.dir);
      const kit = fakeKit(windows);
      const installed: { name: string; program: { args: string[] } }[] = [];
      const uninstalled: string[] = [];
      Object.assign(kit.scm, {
        install: (spec: (typeof installed)[number]) => {
          installed.push(spec);
          const { facts } = JSON.parse(spec.program.args[0]!) as { facts: string };
          writeFileSync(facts, '{}');
          return Promise.resolve();
        },
        service: (name: string) => ({
          start: () => Promise.resolve(),
          uninstall: () => Promise.resolve(uninstalled.push(name)),
        }),
      });
      const check = allChecks.find(({ id }) => id === 'preshutdown')!;
      const first = await runCheck(check, { onWine: false, open: () => Promise.resolve(kit) });
      expect(first).toMatchObject({ result: 'skipped' });
      expect(first.detail).toContain('--after-restart');
      const marker = join(windows.dir, 'winsvc-verify-restart.json');
      const { name, facts } = JSON.parse(readFileSync(marker, 'utf8')) as { name: string; facts: string };
      // The folder of the checks is this one here: it must stay.
      writeFileSync(marker, JSON.stringify({ name, facts, folder: join(windows.dir, 'stage') }));
      writeFileSync(facts, '{"stopped":"preshutdown","stoppedAt":"then"}');
      process.argv.push('--after-restart');
      const again = { ...fakeKit(windows), scm: kit.scm };
      const second = await runCheck(check, { onWine: false, open: () => Promise.resolve(again) });
      expect(second).toMatchObject({ result: 'proven' });
      expect(uninstalled).toEqual([name]);
      expect(readdirSync(windows.dir)).toEqual([]);
    } finally {
      process.argv.splice(0, process.argv.length, ...argv);
    }
  });
});

describe('docs/testing.md', () => {
  it('names every check', () => {
    windows = createFakeWindows(RIGHT);
    const docs = readFileSync(join(ROOT, 'docs/testing.md'), 'utf8');
    const ids = allChecks.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !docs.includes(`\`${id}\``))).toEqual([]);
  });
});
