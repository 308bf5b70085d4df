import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { defineService, ServiceError } from '../../../src/index.ts';
import { createMockScm, type MockScm } from '../../../src/testing/index.ts';
import { type HarnessOptions, runCli } from './harness.ts';

const folder = mkdtempSync(join(tmpdir(), 'winsvc cli '));
const script = join(folder, 'orders.mjs');
writeFileSync(script, "import 'winsvc';");
// Knows nothing of winsvc, which isn't beside it.
const unchanged = join(folder, 'web.cjs');
writeFileSync(unchanged, '');
afterAll(() => {
  rmSync(folder, { recursive: true });
});

let scm: MockScm;
beforeEach(() => {
  scm = createMockScm();
});
const cli = (argv: readonly string[], options: object = {}) => runCli(argv, { scm, ...options });
const settings = (name: string) => scm.manager().service(name).config();

describe('install', () => {
  it('installs a script with safe defaults, named after its file', async () => {
    const { code, stdout, stderr } = await cli(['install', script]);
    expect(code).toBe(0);
    expect(stdout).toContain('orders is installed:\n');
    expect(stdout).toMatch(/\+ account +NT SERVICE\\orders\n/);
    expect(stderr).toBe(`Service "orders" of "${script}". Another name: --name\nStart it: winsvc start orders\n`);
    expect(await settings('orders')).toMatchObject({
      account: 'NT SERVICE\\orders',
      startType: 'auto',
      recoverOnFailureExit: true,
      imagePath: `"${process.execPath}" "${script}"`,
    });
  });

  it('takes its settings from options', async () => {
    const options =
      '--name Orders --display-name Bestellungen --start delayed --sid-type unrestricted --on-failure-exit no';
    const { code } = await cli([
      ...['install', script, ...options.split(' ')],
      ...['--depends', 'RpcSs', '--depends', '+TDI', '--env', 'PORT=3000', '--env', 'A=b=c'],
      ...['--arg=--port', '--arg', '3 000', '--node-arg=--enable-source-maps'],
      ...['--recovery', 'restart:1s,none', '--reset-period', '1h', '--privilege', 'SeChangeNotifyPrivilege'],
    ]);
    expect(code).toBe(0);
    expect(await settings('Orders')).toMatchObject({
      displayName: 'Bestellungen',
      startType: 'delayed',
      sidType: 'unrestricted',
      recoverOnFailureExit: false,
      dependencies: ['RpcSs', '+TDI'],
      environment: { PORT: '3000', A: 'b=c' },
      imagePath: `"${process.execPath}" --enable-source-maps "${script}" --port "3 000"`,
      recovery: {
        actions: [
          { type: 'restart', delay: 1_000 },
          { type: 'none', delay: 0 },
        ],
        resetPeriod: 3_600_000,
      },
      requiredPrivileges: ['SeChangeNotifyPrivilege'],
    });
  });

  it.each([
    [['install', 'missing.js'], 'There is no file'],
    [['install', folder], 'is a folder without a package.json'],
    [['install', unchanged], 'npm install winsvc'],
    [['install', script, '--env', 'PORT'], '--env must be NAME=value'],
    [['install', script, '--recovery', 'reset:1s'], '--recovery must be a list'],
    [['install', script, '--account', 'nobody'], 'account: must be DOMAIN\\user'],
    [['install', script, '--password-stdin'], '--password-stdin needs --account too'],
    [['install', script, '--account', 'virtual', '--password-stdin'], 'has no password: Windows manages it'],
    [['install', script, '--machine', 'srv1'], '--machine needs --node too'],
  ])('%j is wrong usage', async (argv, message) => {
    expect(await cli(argv)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) as string });
  });

  it('loads the host before a script that knows nothing of winsvc', async () => {
    const program = join(folder, 'with winsvc');
    const host = join(program, 'node_modules', 'winsvc', 'dist', 'hosted.cjs');
    mkdirSync(join(host, '..'), { recursive: true });
    writeFileSync(host, '');
    writeFileSync(join(program, 'node_modules', 'winsvc', 'package.json'), '{ "version": "1.0.0" }');
    writeFileSync(join(program, 'server.js'), '');
    writeFileSync(join(program, 'package.json'), '{ "name": "@acme/web", "scripts": { "start": "node server.js a" } }');
    expect(await cli(['install', program, '--arg', 'b'])).toMatchObject({ code: 0 });
    expect(await settings('web')).toMatchObject({
      imagePath: `"${process.execPath}" "--require=${host}" "${join(program, 'server.js')}" a b`,
    });
  });

  describe('of a script that knows nothing of winsvc', () => {
    const hosted = (name: string): string => {
      const program = join(folder, name);
      const host = join(program, 'node_modules', 'winsvc', 'dist', 'hosted.cjs');
      mkdirSync(join(host, '..'), { recursive: true });
      writeFileSync(host, '');
      writeFileSync(join(program, 'node_modules', 'winsvc', 'package.json'), '{ "version": "1.0.0" }');
      writeFileSync(join(program, 'server.js'), '');
      writeFileSync(join(program, 'package.json'), JSON.stringify({ name: 'web', main: 'server.js' }));
      return program;
    };

    it('writes the settings that the options name, and ensure and config keep the others', async () => {
      const program = hosted('with settings');
      const options = [
        ...['--ready', 'http://127.0.0.1:3000/health', '--env-file', '.env', '--cwd', program],
        ...[
          '--wait-for',
          'db:5432',
          '--wait-for',
          'service:MSSQLSERVER',
          '--wait-for',
          'file:C:\\x',
          '--wait-for',
          'network',
        ],
        ...['--before', '"C:\\a b\\migrate.exe" up --all', '--stop-request', 'delete http://127.0.0.1:3000/run'],
        ...['--exit-code', '0=stopped', '--exit-code', '3=failed', '--children', 'keep', '--priority', 'belowNormal'],
        ...['--limit', 'memory=512M', '--limit', 'cpu=50', '--limit', 'processes=10', '--affinity', '0,2'],
        ...['--start-timeout', '2m', '--stop-timeout', '40s'],
      ];
      const { code, stderr } = await cli(['install', program, ...options, '--', '--port', '3000']);
      expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('"web"') as string });
      const host = {
        cwd: program,
        ready: { url: 'http://127.0.0.1:3000/health' },
        envFile: '.env',
        waitFor: [{ tcp: 'db:5432' }, { service: 'MSSQLSERVER' }, { file: 'C:\\x' }, { network: true }],
        before: [{ file: 'C:\\a b\\migrate.exe', args: ['up', '--all'] }],
        stop: { request: { url: 'http://127.0.0.1:3000/run', method: 'DELETE' } },
        exitCodes: { 0: 'stopped', 3: 'failed' },
        children: 'keep',
        limits: { memory: '512M', cpu: 50, processes: 10 },
        priority: 'belowNormal',
        affinity: [0, 2],
        timeouts: { start: 120_000, stop: 40_000 },
      };
      const installed = await settings('web');
      expect(installed.host).toEqual(host);
      expect(installed.imagePath).toMatch(/server\.js" --port 3000$/);
      const again = await cli(['ensure', program, '--json', '--', '--port', '3000']);
      expect(again.json).toMatchObject({ changes: [] });
      await cli(['config', 'set', 'web', '--ready', 'listen']);
      expect((await settings('web')).host).toEqual({ ...host, ready: 'listen' });
      await cli(['config', 'set', 'web', '--clear', 'host']);
      expect((await settings('web')).host).toBeNull();
    });

    it.each([
      [['--ready', 'soon'], 'host.ready'],
      [['--wait-for', 'db'], 'host.waitFor.0.tcp'],
      [['--limit', 'memory=2X'], 'host.limits.memory'],
      [['--limit', 'disk=1'], 'host.limits.disk'],
      [['--limit', 'cpu'], '--limit must be NAME=VALUE'],
      [['--exit-code', 'x=stopped'], 'host.exitCodes.x'],
      [['--affinity', '0,a'], 'host.affinity.1'],
      [['--children', 'adopt'], '--children must be one of'],
    ])('refuses %j in one clear error, and installs nothing', async (options, message) => {
      const { code, stderr } = await cli(['install', hosted('wrong'), '--name', 'web', ...options]);
      expect(code).not.toBe(0);
      expect(stderr).toContain(message);
      await expect(settings('web')).rejects.toThrow();
    });

    it('refuses settings of the host for a script that is a service by itself', async () => {
      const own = join(folder, 'own.mjs');
      writeFileSync(own, "import { defineService } from 'winsvc'; defineService({ name: 'Own' });");
      const { code, stderr } = await cli(['install', own, '--ready', 'listen']);
      expect(code).toBe(2);
      expect(stderr).toContain("--ready is for scripts that don't use winsvc by themselves");
    });

    it('takes a program of a package by --bin, in the folder of the project', async () => {
      const program = hosted('with bin');
      const next = join(program, 'node_modules', 'next');
      mkdirSync(next);
      writeFileSync(join(next, 'package.json'), '{ "name": "next", "bin": { "next": "./bin" } }');
      writeFileSync(join(next, 'bin'), '');
      const before = process.cwd();
      process.chdir(program);
      try {
        const { code, stderr } = await cli(['install', '--bin', 'next', '--', 'start', '-p', '3000']);
        expect({ code, stderr }).toMatchObject({ code: 0 });
        const missing = await cli(['install', '--bin', 'nuxt', '--', 'start']);
        expect(missing.stderr).toContain('has a program "nuxt"');
      } finally {
        process.chdir(before);
      }
      const { imagePath, host } = await settings('web');
      expect(imagePath).toContain(`"${join(next, 'bin')}" start -p 3000`);
      expect(host).toEqual({ cwd: program });
    });

    it('copies node.exe and the host to %ProgramFiles% when asked for, once everything is right', async () => {
      const program = join(folder, 'without winsvc');
      const ProgramFiles = join(folder, 'Program Files');
      mkdirSync(program);
      writeFileSync(join(program, 'web.js'), '');
      const env = { ProgramFiles };
      expect((await cli(['install', join(program, 'web.js'), '--pin-node', '--ready', 'x'], { env })).code).not.toBe(0);
      expect(existsSync(ProgramFiles)).toBe(false);
    });
  });

  describe('of an ecosystem file', () => {
    const write = (name: string, apps: readonly object[]): string => {
      const host = join(folder, name, 'node_modules/winsvc/dist/hosted.cjs');
      mkdirSync(join(host, '..'), { recursive: true });
      writeFileSync(host, '');
      writeFileSync(join(host, '../../package.json'), '{ "version": "1.0.0" }');
      for (const script of ['api.cjs', 'jobs.cjs']) writeFileSync(join(folder, name, script), '');
      writeFileSync(join(folder, name, 'ecosystem.config.json'), JSON.stringify({ apps }));
      return join(folder, name, 'ecosystem.config.json');
    };
    const env = { ProgramFiles: join(folder, 'Program Files') };

    it('installs a service for each app, and says what is left out', async () => {
      const apps = [
        { name: 'api', script: 'api.cjs', args: '--port 3000', wait_ready: true, env: { A: '1' } },
        { name: 'jobs', script: 'jobs.cjs', cron_restart: '0 0 * * *' },
      ];
      const { code, stdout, stderr } = await cli(['install', write('both', apps), '--start', 'demand'], { env });
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(stdout).toContain('api is installed:');
      expect(stdout).toContain('jobs is installed:');
      expect(stderr).toContain('jobs: cron_restart is left out');
      const api = await settings('api');
      expect(api).toMatchObject({ startType: 'demand', environment: { A: '1' }, host: { ready: 'message' } });
      expect(api.imagePath).toMatch(/hosted\.cjs" .*api\.cjs" --port 3000$/);
    });

    it('with a mistake in one app installs none', async () => {
      const missing = write('missing', [
        { name: 'api', script: 'api.cjs' },
        { name: 'none', script: 'none.cjs' },
      ]);
      const first = await cli(['install', missing], { env });
      expect(first.code).not.toBe(0);
      expect(first.stderr).toMatch(/none\.cjs/);
      await expect(settings('api')).rejects.toThrow();
      const { code, stderr } = await cli(['install', write('names', [{ script: 5 }])], { env });
      expect(code).not.toBe(0);
      expect(stderr).not.toBe('');
      writeFileSync(join(folder, 'ecosystem.config.js'), 'export default {');
      expect((await cli(['install', join(folder, 'ecosystem.config.js')], { env })).stderr).toContain('--trust');
      expect(await scm.manager().list({ state: 'all' })).toEqual([]);
    });

    it.each([0, 1, 2])('installs none when number %i fails, and says so', async (failing) => {
      const apps = ['api', 'jobs', 'mail'].map((name) => ({ name, script: 'api.cjs' }));
      const real = scm.manager();
      let installs = 0;
      const manager = new Proxy(real, {
        get(target, key) {
          const value: unknown = Reflect.get(target, key);
          if (typeof value !== 'function') return value;
          if (key === 'install' && installs++ === failing) {
            return () => Promise.reject(new ServiceError('INVALID_OPTIONS', 'The database is locked.'));
          }
          return value.bind(target) as unknown;
        },
      });
      const ended = await cli(['install', write(`fails ${failing}`, apps)], {
        env,
        manager: () => Promise.resolve(manager),
      });
      expect(ended).toMatchObject({ code: expect.toSatisfy((code) => code !== 0) as number, stdout: '' });
      expect(ended.stderr).toContain('The database is locked.');
      if (failing > 0) expect(ended.stderr).toContain('so none of the services is installed');
      expect(await scm.manager().list({ state: 'all' })).toEqual([]);
    });

    it('refuses names that exist, and --name for several', async () => {
      const file = write('taken', [
        { name: 'jobs', script: 'jobs.cjs' },
        { name: 'api', script: 'api.cjs' },
      ]);
      expect((await cli(['install', file, '--name', 'x'], { env })).stderr).toContain('the file has 2 apps');
      await cli(['install', script, '--name', 'api']);
      const { stderr } = await cli(['install', file], { env });
      expect(stderr).toContain('"api" exists already');
      await expect(settings('jobs')).rejects.toThrow();
    });
  });

  it('names ensure when there is one already', async () => {
    await cli(['install', script]);
    const { code, stderr } = await cli(['install', script]);
    expect(code).toBe(1);
    expect(stderr).toContain('1073 ERROR_SERVICE_EXISTS');
    expect(stderr).toContain('winsvc ensure');
  });

  it('of a program of its own starts it with run', async () => {
    const service = defineService({
      name: 'Own',
      description: 'mine',
      start() {},
      install: { startType: 'demand', program: { args: ['--port', '80'] } },
    });
    expect(await cli(['install', '--depends', 'RpcSs'], { service })).toMatchObject({ code: 0 });
    const { imagePath, description, dependencies, startType } = await settings('Own');
    expect(imagePath).toMatch(/ run --port 80$/);
    expect({ description, dependencies, startType }).toEqual({
      description: 'mine',
      dependencies: ['RpcSs'],
      startType: 'demand',
    });
  });
});

describe('warnings of install', () => {
  const everyone = { probe: { writers: () => Promise.resolve({ value: ['Everyone'] }) } };

  it('name who may change the script, and the danger', async () => {
    const { code, stderr } = await cli(['install', script], everyone);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /script-writable: Everyone may change .*orders\.mjs or its folder, and so run code as NT SERVICE\\orders/,
    );
  });

  it('are loud for LocalSystem', async () => {
    const { code, stderr } = await cli(['install', script, '--account', 'localSystem'], everyone);
    expect(code).toBe(0);
    expect(stderr).toMatch(/script-writable: .*can take over this machine: the service runs as LocalSystem/);
  });

  it.each(['%TEMP%\\x', 'a%USERNAME%', '%a b%'])('name variables that the SCM would replace: %s', async (arg) => {
    const { code, stderr } = await cli(['install', script, '--arg', arg]);
    expect(code).toBe(0);
    expect(stderr).toContain(`variables: the SCM replaces ${/%[^%]+%/.exec(arg)?.[0] ?? ''} in the command line`);
    expect(stderr).toContain('--env');
  });

  it('name a script that does not load, with its line', async () => {
    const checkLoad: HarnessOptions['checkLoad'] = () =>
      Promise.resolve({
        koffi: { state: 'unused' },
        load: { value: { loads: false, file: 'C:\\Orders\\db.js', line: 7, message: "Cannot find package 'pg'" } },
      });
    const { code, stderr } = await cli(['install', script], { checkLoad });
    expect(code).toBe(0);
    expect(stderr).toContain("load: C:\\Orders\\db.js:7: Cannot find package 'pg'");
  });

  it('are in the JSON too, and there are none where all is well', async () => {
    const { json } = await cli(['install', script, '--json'], everyone);
    expect(json['findings']).toContainEqual(expect.objectContaining({ check: 'script-writable', outcome: 'warn' }));
    expect((await cli(['install', script, '--name', 'Other'])).stderr).toBe('Start it: winsvc start Other\n');
  });
});

describe('passwords', () => {
  const argv = ['install', script, '--account', '.\\orders'];

  it.each([
    ['--password-stdin', [...argv, '--password-stdin'], { stdin: 'geheim\r\n' }],
    ['WINSVC_PASSWORD', argv, { env: { WINSVC_PASSWORD: 'geheim' } }],
    ['a prompt', argv, { terminal: true, stdin: 'geheimx\u007f\r' }],
  ])('come by %s and are shown nowhere', async (_how, words, options) => {
    const { code, stdout, stderr } = await cli(words, options);
    expect(code).toBe(0);
    expect(stdout).toContain('(hidden)');
    expect(stdout + stderr).not.toContain('geheim');
  });

  it('are asked for', async () => {
    expect((await cli(argv, { terminal: true, stdin: 'x\r' })).stderr).toContain('Password of .\\orders:');
    expect(await cli([...argv, '--name', 'other'], { terminal: true, stdin: '\u0003' })).toMatchObject({ code: 130 });
  });

  it('are missed where nobody can be asked', async () => {
    expect(await cli(argv)).toMatchObject({ code: 2, stderr: expect.stringContaining('--password-stdin') as string });
  });

  it('have no place on the command line, nor in a file', async () => {
    expect(await cli([...argv, '--password', 'geheim'])).toMatchObject({ code: 2 });
    const spec = join(folder, 'secret.json');
    writeFileSync(spec, '{ "name": "x", "password": "geheim" }');
    const { code, stderr } = await cli(['ensure', spec]);
    expect(code).toBe(2);
    expect(stderr).toContain('take it out');
    expect(stderr).not.toContain('geheim');
  });

  it('are changed by config set', async () => {
    await cli(argv, { env: { WINSVC_PASSWORD: 'old' } });
    const change = ['config', 'set', 'orders', '--account', '.\\orders', '--password-stdin'];
    const { code, stdout } = await cli(change, { stdin: 'new' });
    expect(code).toBe(0);
    expect(stdout).toMatch(/~ password +\(hidden\) → \(hidden\)/);
  });
});

describe('the right to log on as a service', () => {
  it('is granted again when the account is named again', async () => {
    await cli(['install', script, '--account', 'DOM\\gmsa$']);
    scm.failNext('LsaAddAccountRights', 'ERROR_ACCESS_DENIED');
    expect(await cli(['config', 'set', 'orders', '--account', 'DOM\\gmsa$'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('LsaAddAccountRights: 5 ERROR_ACCESS_DENIED') as string,
    });
  });
});

describe('ensure', () => {
  it.each(['json', 'yaml'])('does nothing the second time, from a spec in %s', async (kind) => {
    const spec = join(folder, `spec.${kind}`);
    const json = { name: 'Spec', program: { file: process.execPath, script: 'orders.mjs' }, recovery: { actions: [] } };
    writeFileSync(spec, kind === 'json' ? JSON.stringify(json) : 'name: Spec\nprogram: { script: orders.mjs }\n');
    expect((await cli(['ensure', spec, '--plan'])).stdout).toMatch(/^Spec would be installed:\n/);
    expect((await scm.manager().list({ name: 'Spec' })).length).toBe(0);
    expect((await cli(['ensure', spec])).stdout).toMatch(/^Spec is installed:\n/);
    expect((await settings('Spec')).imagePath).toContain(script);
    expect(await cli(['ensure', spec, '--check'])).toMatchObject({ code: 0, stdout: 'Spec is up to date\n' });
    const changed = await cli(['ensure', spec, '--start', 'demand', '--check', '--json']);
    expect(changed.code).toBe(3);
    expect(changed.json).toMatchObject({ changes: [{ setting: 'startType', from: 'auto', to: 'demand' }] });
  });

  it.each([
    ['broken.json', '{', 'cannot be read'],
    ['list.json', '[]', 'is not an option'],
    ['odd.yaml', 'name: x\nstartTyp: auto', 'startTyp: is not an option'],
  ])('refuses %s', async (name, text, message) => {
    writeFileSync(join(folder, name), text);
    const { code, stderr } = await cli(['ensure', join(folder, name)]);
    expect(code).toBe(2);
    if (name !== 'list.json') expect(stderr).toContain(message);
  });
});

describe('secrets of a spec', () => {
  it.each([
    ['broken.json', '{ "name": "x", "environment": { "DB_PASSWORD": "S3cr3t" '],
    ['quote.json', '{ "environment": { "DB_PASSWORD": "S3cr3t } }'],
    ['comma.json', '{ "environment": { "DB_PASSWORD": S3cr3t } }'],
    ['alias.yaml', 'name: x\nenvironment: { DB_PASSWORD: *S3cr3t }'],
    ['text.yaml', 'name: x\nenvironment: S3cr3t'],
    ['list.yaml', 'name: x\nprogram: { script: a.mjs }\nenvironment: { DB_PASSWORD: [S3cr3t] }'],
    ['loop.yaml', 'name: x\nenvironment: &a [*a, S3cr3t]'],
  ])('are in no message about %s', async (name, text) => {
    writeFileSync(join(folder, name), text);
    for (const options of [[], ['--json']]) {
      const { code, stdout, stderr } = await cli(['ensure', join(folder, name), ...options]);
      expect(code).toBeGreaterThan(0);
      expect(stdout + stderr).not.toContain('S3cr3t');
    }
  });

  it('are in no plan and in no list of changes', async () => {
    const secrets = ['--env', 'DB_PASSWORD=S3cr3t', '--env', 'HOOK=https://hooks.example/S3cr3t', '--env', 'PORT=3000'];
    for (const argv of [['--plan'], ['--plan', '--json'], [], ['--env', 'DB_PASSWORD=S3cr3t2']]) {
      const { stdout, stderr } = await cli(['ensure', script, ...secrets, ...argv]);
      expect(stdout).toContain('[secret]');
      expect(stdout + stderr).not.toContain('S3cr3t');
    }
    expect((await settings('orders')).environment).toMatchObject({ DB_PASSWORD: 'S3cr3t2', PORT: '3000' });
  });
});

describe('config', () => {
  beforeEach(async () => {
    await cli(['install', script, '--depends', 'RpcSs', '--env', 'PORT=3000']);
  });

  it('get gives one setting bare', async () => {
    expect((await cli(['config', 'get', 'orders', 'startType'])).stdout).toBe('auto\n');
    expect((await cli(['config', 'get', 'orders', 'startTyp'])).stderr).toContain('Did you mean startType?');
  });

  it('get --spec gives what ensure takes', async () => {
    const spec = join(folder, 'export.json');
    writeFileSync(spec, (await cli(['config', 'get', 'orders', '--spec'])).stdout);
    expect(await cli(['ensure', spec, '--check'])).toMatchObject({ code: 0, stdout: 'orders is up to date\n' });
    await cli(['uninstall', 'orders']);
    expect(await cli(['ensure', spec])).toMatchObject({ code: 0 });
    expect((await settings('orders')).environment).toEqual({ PORT: '3000' });
  });

  it('set changes what it is told, and clears', async () => {
    const { code, stdout } = await cli(['config', 'set', 'orders', '--start', 'delayed', '--clear', 'depends']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/~ startType +auto → delayed/);
    expect(stdout).toMatch(/~ dependencies +RpcSs → \(none\)/);
    expect(await settings('orders')).toMatchObject({ startType: 'delayed', dependencies: [] });
  });

  it.each([
    [['config', 'set', 'orders'], 'needs options'],
    [['config', 'set', 'orders', 'startType=auto'], 'Too many arguments'],
    [['config', 'set', 'orders', '--arg', 'x'], 'need --program'],
    [['config', 'set', 'orders', '--clear', 'account'], '--clear takes'],
    [['config', 'set', 'orders', '--depends', 'a', '--clear', 'depends'], 'contradict'],
  ])('%j is wrong usage', async (argv, message) => {
    expect(await cli(argv)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) as string });
  });
});

describe('install --now', () => {
  it.each([
    ['fails', { start: () => Promise.reject(new Error('no database')) }, /stopped with exit code 1064\.\n/],
    ['takes too long', { start: () => new Promise<void>(() => undefined) }, /it is startPending after 1 s\.\n/],
  ])('a start that %s: the service is installed, and can be removed', async (_what, handlers, why) => {
    const mock = createMockScm();
    const service = defineService({ name: 'Broken', ...handlers });
    mock.register('Broken', service);
    const { code, stderr } = await runCli(['install', '--now', '--timeout', '1s'], { scm: mock, service });
    expect(stderr).toMatch(why);
    expect(code).toBe(3);
    expect(stderr).toContain(
      '  Broken is installed.\n  Find out why it does not start: node service.js doctor\n  Remove it: node service.js uninstall\n',
    );
  });
});
