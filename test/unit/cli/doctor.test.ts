import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/cli/doctor/diagnose.ts';
import type { Finding } from '../../../src/cli/doctor/finding.ts';
import type { ControlFacts, FileFacts, RunFacts, ServiceFacts, Snapshot } from '../../../src/cli/doctor/snapshot.ts';
import type { ServiceConfig } from '../../../src/manager/index.ts';
import { win32Code, type Win32Symbol } from '../../../src/errors/win32-codes.ts';
import { createMockScm } from '../../../src/testing/index.ts';
import { runCli } from './harness.ts';

const NODE = 'C:\\Program Files\\nodejs\\node.exe';
const SCRIPT = 'C:\\Orders\\service.js';
const BINARY = '@koromix/koffi-win32-x64';

const file = (path: string, facts: Partial<FileFacts> = {}): FileFacts => ({
  path,
  real: path,
  absolute: true,
  exists: { value: true },
  writers: { value: [] },
  ...facts,
});

interface Facts {
  readonly service?: Partial<ServiceFacts>;
  readonly config?: Partial<ServiceConfig>;
  readonly run?: Partial<RunFacts>;
  readonly rest?: Partial<Snapshot>;
}

/** A service that is all right, but for what the test says. */
function snapshot({ service, config, run, rest }: Facts = {}): Snapshot {
  return {
    program: 'winsvc',
    bound: false,
    machine: undefined,
    port: undefined,
    service: {
      name: 'Orders',
      report: {
        state: 'running',
        pid: 4711,
        checkpoint: 0,
        waitHintMs: 0,
        exit: { win32: 0 },
        accepts: ['stop'],
        type: 'ownProcess',
      },
      stillForMs: undefined,
      markedForDeletion: false,
      dependencies: [],
      logonRight: undefined,
      lastError: undefined,
      eventSource: { value: 'Application' },
      folders: undefined,
      controls: undefined,
      config: {
        name: 'Orders',
        type: 'ownProcess',
        interactive: false,
        startType: 'auto',
        errorControl: 'normal',
        imagePath: `"${NODE}" ${SCRIPT}`,
        loadOrderGroup: null,
        tag: 0,
        dependencies: [],
        account: 'NT SERVICE\\Orders',
        displayName: 'Orders',
        description: null,
        environment: {},
        recovery: {
          actions: [{ type: 'restart', delay: 1_000 }],
          resetPeriod: null,
          command: null,
          rebootMessage: null,
        },
        recoverOnFailureExit: true,
        unsupported: [],
        ...config,
      },
      ...service,
    },
    run: {
      unquoted: false,
      scriptUnquoted: false,
      variables: [],
      load: { value: { loads: true } },
      sources: undefined,
      file: file(NODE),
      architecture: { value: 'x64' },
      script: file(SCRIPT),
      nodeArgs: [],
      args: [],
      koffi: { state: 'ok', binary: '@koromix/koffi-win32-x64' },
      machineArchitecture: 'x64',
      ...run,
    },
    ...rest,
  };
}

const stopped = (exit: ServiceFacts['report']['exit']): Facts => ({
  service: { report: { ...snapshot().service!.report, state: 'stopped', pid: 0, exit } },
});

const controls = (
  entry: ControlFacts['entry'],
  ...services: (readonly [name: string, allowed: ControlFacts['services'][number]['allowed']])[]
): ControlFacts => ({ entry, named: true, services: services.map(([name, allowed]) => ({ name, allowed })) });

/** What isn't all right. */
function findings(facts: Facts): Finding[] {
  return diagnose(snapshot(facts)).filter(({ outcome }) => outcome !== 'ok');
}

describe('the checks of doctor', () => {
  it('find nothing wrong with a service that is all right', () => {
    expect(findings({})).toEqual([]);
    expect(diagnose(snapshot()).map(({ check }) => check)).toContain('architecture');
  });

  const set = 'winsvc config set Orders';
  const rebuilt = `${set} --program ${SCRIPT} --node "${NODE}"`;
  it.each<[string, Facts, Omit<Finding, 'found'>, RegExp]>([
    [
      'an unquoted path',
      { run: { unquoted: true, args: ['--port', '3 000'] } },
      { check: 'image-path', outcome: 'fail', repair: `${rebuilt} --arg=--port "--arg=3 000"` },
      /no quotes/,
    ],
    [
      'a program that is gone',
      { run: { file: file(NODE, { exists: { value: false } }) } },
      { check: 'program', outcome: 'fail', repair: `${set} --program ${SCRIPT}` },
      /does not exist/,
    ],
    [
      'a script that is gone',
      { run: { script: file(SCRIPT, { exists: { value: false } }) } },
      { check: 'script', outcome: 'fail', repair: `Put the script back, or name another: ${set} --program ${SCRIPT}` },
      /does not exist/,
    ],
    [
      'a program that is none',
      { run: { architecture: { value: 'none' }, file: file(SCRIPT), script: undefined } },
      { check: 'architecture', outcome: 'fail', repair: `${set} --program ${SCRIPT}` },
      /193/,
    ],
    [
      'a program for another machine',
      { run: { architecture: { value: 'arm64' } } },
      { check: 'architecture', outcome: 'fail', repair: expect.any(String) as string },
      /for arm64, this machine is x64/,
    ],
    [
      'a relative script',
      { run: { script: file('service.js', { absolute: false }) } },
      { check: 'working-directory', outcome: 'fail', repair: expect.stringContaining(`--program ${SCRIPT}`) as string },
      /System32/,
    ],
    [
      'a script that ordinary users may change',
      { run: { script: file(SCRIPT, { writers: { value: ['Users'] } }) } },
      {
        check: 'script-writable',
        outcome: 'warn',
        repair: expect.stringContaining('icacls C:\\Orders /inheritance:d /remove:g') as string,
      },
      /Users may change .* as NT SERVICE\\Orders/,
    ],
    [
      'a folder that the account can’t write to',
      {
        service: {
          folders: {
            value: [
              { path: 'C:\\ProgramData\\Orders', state: 'writable', reason: undefined },
              { path: 'C:\\ProgramData\\Orders\\logs', state: 'notWritable', reason: undefined },
            ],
          },
        },
      },
      { check: 'folders', outcome: 'warn', repair: `${set} --account "NT SERVICE\\Orders"` },
      /^NT SERVICE\\Orders can't write to C:\\ProgramData\\Orders\\logs/,
    ],
    [
      'a folder that another user made',
      {
        service: { folders: { value: [{ path: 'D:\\x', state: 'refused', reason: 'D:\\x belongs to S-1: icacls' }] } },
      },
      { check: 'folders', outcome: 'fail' },
      /belongs to S-1/,
    ],
    [
      'koffi that is missing',
      {
        run: {
          koffi: { state: 'failed', binary: BINARY, code: 'MODULE_NOT_FOUND', message: "Cannot find module 'koffi'" },
        },
      },
      { check: 'koffi', outcome: 'fail', repair: 'npm install --prefix C:\\Orders koffi --os=win32 --cpu=x64' },
      /1053.*Cannot find module/,
    ],
    [
      'koffi that a policy refuses',
      {
        run: {
          koffi: {
            state: 'failed',
            binary: BINARY,
            code: 'ERR_DLOPEN_FAILED',
            message: 'An Application Control policy has blocked this file.\nC:\\koffi.node',
          },
        },
      },
      { check: 'koffi', outcome: 'fail', repair: expect.stringContaining('by its hash') as string },
      /policy has blocked this file\.$/,
    ],
    [
      'a script that does not load',
      { run: { load: { value: { loads: false, message: 'SyntaxError: x', file: 'C:\\Orders\\a.js', line: 3 } } } },
      { check: 'load', outcome: 'fail', repair: 'Correct this line, then start the service.' },
      /^C:\\Orders\\a\.js:3: SyntaxError: x: a start fails with 1053$/,
    ],
    [
      'a package that is missing',
      { run: { load: { value: { loads: false, message: "Cannot find package 'pg'", missing: 'pg' } } } },
      { check: 'load', outcome: 'fail', repair: 'npm install --prefix C:\\Orders pg' },
      /Cannot find package/,
    ],
    [
      'a program that never runs its service',
      { run: { sources: { names: ['Orders'], usesWinsvc: true, services: [], entries: ['winsvc'], runs: false } } },
      { check: 'runs', outcome: 'fail', repair: expect.stringContaining('service.run()') as string },
      /neither run/,
    ],
    [
      'a definition of another name',
      { run: { sources: { names: ['Billing'], usesWinsvc: true, services: [], entries: ['winsvc'], runs: true } } },
      { check: 'name', outcome: 'warn', repair: expect.stringContaining('--name Billing') as string },
      /installed as "Orders".*says "Billing"/,
    ],
    [
      'a script whose path was split',
      { run: { scriptUnquoted: true, script: file('C:\\My Orders\\service.js') } },
      {
        check: 'image-path',
        outcome: 'fail',
        repair: expect.stringContaining('--program "C:\\My Orders\\service.js"') as string,
      },
      /path of the script has a space/,
    ],
    [
      'a variable in the command line',
      { run: { variables: ['%TEMP%'] } },
      { check: 'variables', outcome: 'warn', repair: expect.any(String) as string },
      /replaces %TEMP%/,
    ],
    [
      'a port that Windows reserves',
      { ...stopped({ win32: 0 }), rest: { port: { port: 5000, from: 'PORT=5000', state: 'reserved' } } },
      { check: 'port', outcome: 'fail', repair: 'netsh interface ipv4 show excludedportrange protocol=tcp' },
      /EACCES/,
    ],
    [
      'a node.exe in a profile, behind a link',
      { run: { file: file(NODE, { real: 'C:\\Users\\ann\\AppData\\nvm\\node.exe' }) } },
      { check: 'program-readable', outcome: 'warn', repair: expect.stringContaining('all users') as string },
      /link to it.*profile of ann.*fails with 5$/,
    ],
    [
      'virtual accounts without the right to log on',
      { service: { logonRight: { value: false } } },
      { check: 'logon-right', outcome: 'warn', repair: expect.stringContaining('secpol.msc') as string },
      /S-1-5-80-0.*1069/,
    ],
    [
      'the last error that was logged',
      {
        service: {
          ...stopped({ win32: 0 }).service,
          lastError: { time: undefined, text: 'no database', where: 'C:\\Orders\\db.js:4:1', log: 'C:\\l.log' },
        },
      },
      { check: 'last-error', outcome: 'fail', repair: 'Log: C:\\l.log' },
      /no database \(C:\\Orders\\db\.js:4:1\)/,
    ],
    [
      'a script at the root, without a command that closes the drive',
      { run: { script: file('C:\\service.js', { writers: { value: ['Users'] } }) } },
      { check: 'script-writable', outcome: 'warn', repair: expect.not.stringContaining('icacls') as string },
      /Users may change/,
    ],
    [
      'a script in a profile that others may write, without a command that locks its owner out',
      { run: { script: file('C:\\Users\\ann\\app\\service.js', { writers: { value: ['Everyone'] } }) } },
      { check: 'script-writable', outcome: 'warn', repair: expect.not.stringContaining('icacls') as string },
      /Everyone may change/,
    ],
    [
      'a watchdog with every right, without the advice that would take them',
      {
        config: { account: null },
        run: {
          sources: { names: ['Orders'], usesWinsvc: true, services: [], entries: ['winsvc/watchdog'], runs: true },
        },
      },
      { check: 'account', outcome: 'warn', repair: expect.stringContaining('winsvc/watchdog') as string },
      /LocalSystem/,
    ],
    [
      'a watchdog without the right to restart the service that it names',
      { service: { controls: controls('winsvc/watchdog', ['Mailer', { value: false }]) } },
      { check: 'control-rights', outcome: 'warn', repair: 'winsvc watchdog grant Mailer --to Orders' },
      /NT SERVICE\\Orders may not start and stop Mailer.*5$/,
    ],
    [
      'an admin under a user account without it: no command, for the grant is for virtual accounts',
      {
        config: { account: 'CONTOSO\\svc' },
        service: { controls: controls('winsvc/admin', ['Mailer', { value: false }]) },
      },
      { check: 'control-rights', outcome: 'warn', repair: expect.stringContaining('securityDescriptor') as string },
      /CONTOSO\\svc may not start and stop Mailer/,
    ],
    [
      'a watchdog that may control no service at all',
      { service: { controls: { ...controls('winsvc/watchdog'), named: false } } },
      {
        check: 'control-rights',
        outcome: 'warn',
        repair: expect.stringContaining('grant Orders --to Orders') as string,
      },
      /may start and stop no service/,
    ],
    [
      'a script that everybody may write, loudly for LocalSystem',
      { config: { account: null }, run: { script: file(SCRIPT, { writers: { value: ['Everyone'] } }) } },
      { check: 'script-writable', outcome: 'warn', repair: expect.stringContaining('icacls') as string },
      /take over this machine.*LocalSystem/,
    ],
    [
      'too many rights',
      { config: { account: null } },
      { check: 'account', outcome: 'warn', repair: `${set} --account virtual` },
      /LocalSystem/,
    ],
    [
      'an account without the right to log on',
      { config: { account: '.\\orders' }, service: { logonRight: { value: false } } },
      { check: 'logon-right', outcome: 'warn', repair: `${set} --account .\\orders` },
      /1069/,
    ],
    [
      'a script in a profile',
      { run: { script: file('C:\\Users\\ann\\service.js') } },
      { check: 'readable', outcome: 'warn', repair: expect.any(String) as string },
      /profile of ann/,
    ],
    [
      'a disabled service',
      { config: { startType: 'disabled' } },
      { check: 'start-type', outcome: 'fail', repair: `${set} --start auto` },
      /1058/,
    ],
    [
      'a dependency that does not exist',
      {
        service: {
          dependencies: [
            { name: 'Gone', startType: undefined, state: undefined },
            { name: 'RpcSs', startType: 'auto', state: 'running' },
          ],
        },
      },
      { check: 'dependencies', outcome: 'fail', repair: `${set} --depends RpcSs` },
      /Gone, which does not exist/,
    ],
    [
      'a dependency that is disabled',
      { service: { dependencies: [{ name: 'Off', startType: 'disabled', state: 'stopped' }] } },
      { check: 'dependencies', outcome: 'fail', repair: 'winsvc config set Off --start demand' },
      /Off, which is disabled/,
    ],
    [
      'no recovery',
      { config: { recovery: { actions: [], resetPeriod: null, command: null, rebootMessage: null } } },
      { check: 'recovery', outcome: 'warn', repair: `${set} --recovery "restart:1s,restart:10s,restart:60s"` },
      /stays down/,
    ],
    [
      'recovery for crashes only',
      { config: { recoverOnFailureExit: false } },
      { check: 'recovery-flag', outcome: 'warn', repair: `${set} --on-failure-exit yes` },
      /crashes only/,
    ],
    [
      'no event source',
      { service: { eventSource: { value: null } } },
      { check: 'event-source', outcome: 'warn', repair: `${set} --event-source yes` },
      /no event source/,
    ],
    [
      'a port that is taken',
      { ...stopped({ win32: 0 }), rest: { port: { port: 3000, from: 'PORT=3000', state: 'taken' } } },
      { check: 'port', outcome: 'fail', repair: expect.stringContaining('-LocalPort 3000') as string },
      /EADDRINUSE/,
    ],
    [
      'a deletion',
      { service: { markedForDeletion: true } },
      { check: 'deletion', outcome: 'fail', repair: expect.stringContaining('services.msc') as string },
      /1072/,
    ],
    [
      'a state that does not move',
      {
        service: {
          report: { ...snapshot().service!.report, state: 'stopPending', waitHintMs: 2_000, checkpoint: 3 },
          stillForMs: 5_000,
        },
      },
      { check: 'state', outcome: 'fail', repair: 'taskkill /F /PID 4711' },
      /no new checkpoint after 3 for 5 s, wait hint 2 s: it is stuck/,
    ],
    [
      'a state within its wait hint',
      {
        service: {
          report: { ...snapshot().service!.report, state: 'startPending', waitHintMs: 30_000 },
          stillForMs: 5_000,
        },
      },
      { check: 'state', outcome: 'warn', repair: 'winsvc watch Orders' },
      /starting/,
    ],
  ])('find %s', (_what, facts, expected, found) => {
    const [first, ...others] = findings(facts);
    expect(first).toEqual({ ...expected, found: expect.stringMatching(found) as string });
    if (!/in a profile that|loudly/.test(_what)) expect(others).toEqual([]);
  });

  it.each<[Win32Symbol, RegExp]>([
    ['ERROR_SERVICE_REQUEST_TIMEOUT', /did not connect to the SCM/],
    ['ERROR_PROCESS_ABORTED', /a crash, or it was killed/],
    ['ERROR_SERVICE_LOGON_FAILED', /could not log on/],
    ['ERROR_ACCESS_DENIED', /may not read or run/],
    ['ERROR_FILE_NOT_FOUND', /does not exist/],
    ['ERROR_BAD_EXE_FORMAT', /names a script/],
    ['ERROR_SERVICE_MARKED_FOR_DELETE', /while a handle/],
    ['ERROR_SERVICE_DEPENDENCY_FAIL', /did not start/],
  ])('explain %s', (symbol, why) => {
    const [finding, ...others] = findings(stopped({ win32: win32Code(symbol) }));
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ check: 'last-exit', outcome: 'fail' });
    expect(finding?.found).toMatch(why);
    expect(finding?.repair).toBeTruthy();
  });

  it("don't take a first start for a failure, and name a code of the service's own", () => {
    expect(findings(stopped({ win32: win32Code('ERROR_SERVICE_NEVER_STARTED') }))).toEqual([]);
    expect(findings(stopped({ service: 42 }))[0]?.found).toContain('exit code 42 of its own (1066)');
    expect(findings(stopped({ win32: 99_999 }))[0]?.found).toContain('99999');
  });

  it('say what could not be looked at, and why', () => {
    const why = { value: undefined, why: 'srv1 is another machine' } as const;
    const remote = { exists: why, writers: why };
    const facts: Facts = {
      service: { eventSource: why },
      run: {
        file: file(NODE, remote),
        script: file(SCRIPT, remote),
        koffi: { state: 'unknown', why: why.why },
        load: why,
      },
      rest: { machine: 'srv1' },
    };
    expect(findings(facts)).toHaveLength(5);
    for (const finding of findings(facts))
      expect(finding).toMatchObject({ outcome: 'skip', found: 'not checked: srv1 is another machine' });
  });
});

describe('doctor', () => {
  it('gathers, prints and has exit code 1 when something is wrong', async () => {
    const scm = createMockScm();
    await scm.manager().install({ name: 'Orders', imagePath: `C:\\Program Files\\x\\node.exe ${SCRIPT} --port 80` });
    const { code, stdout } = await runCli(['doctor', 'Orders'], { scm });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAIL {2}image-path .*no quotes/m);
    expect(stdout).toMatch(/^FAIL {2}script .*does not exist/m);
    expect(stdout).toMatch(/Orders: \d errors?, \d warnings?, \d+ ok, \d not checked\n$/);
    const { json } = await runCli(['doctor', 'Orders', '--json'], { scm });
    expect(json).toMatchObject({ service: 'Orders', script: SCRIPT, healthy: false });
  });

  it('looks at a status on its way somewhere for a while', async () => {
    const scm = createMockScm();
    const { defineService } = await import('../../../src/index.ts');
    const service = defineService({
      name: 'Slow',
      start: () => new Promise(() => undefined),
      timeouts: { start: '1h' },
    });
    scm.launch(service);
    const { stdout } = await runCli(['doctor', 'Slow', '-a'], { scm });
    expect(stdout).toMatch(/state +starting, PID \d+; no new checkpoint after \d+ for /);
  });

  it('reads what a watchdog may control, and is content once that is granted', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'winsvc doctor '));
    const script = join(folder, 'watchdog.mjs');
    writeFileSync(script, "import 'winsvc/watchdog';\nscm.service('Mailer');\ndefineService({ name: 'Dog' }).run();");
    const scm = createMockScm();
    const manager = scm.manager();
    await manager.install({ name: 'Mailer', imagePath: 'C:\\mailer.exe' });
    await manager.install({ name: 'Dog', program: { file: '/usr/bin/node', script } });
    const finding = async () => {
      const { json } = await runCli(['doctor', 'Dog', '--json'], { scm });
      return (json['findings'] as Finding[]).filter(({ check }) => check === 'control-rights');
    };
    expect(await finding()).toMatchObject([{ outcome: 'warn', repair: 'winsvc watchdog grant Mailer --to Dog' }]);
    await runCli(['watchdog', 'grant', 'Mailer', '--to', 'Dog'], { scm });
    expect(await finding()).toMatchObject([{ outcome: 'ok' }]);
    // Without names in the program: every service of the machine is asked.
    writeFileSync(script, "import 'winsvc/watchdog';\ndefineService({ name: 'Dog' }).run();");
    expect(await finding()).toMatchObject([{ outcome: 'ok', found: 'NT SERVICE\\Dog may start and stop Mailer' }]);
    await runCli(['watchdog', 'grant', 'Mailer', '--to', 'Dog', '--revoke'], { scm });
    expect(await finding()).toMatchObject([{ outcome: 'warn' }]);
    rmSync(folder, { recursive: true });
  });

  it('refuses a script that does not exist', async () => {
    expect(await runCli(['doctor', 'no/such.js'])).toMatchObject({ code: 2 });
  });
});
