import { describe, expect, it } from 'vitest';
import { importPm2 } from '../../../src/import/tools/pm2.ts';
import { expectUsable, NO_FILES, outcomes } from './support.ts';

const read = (app: object, more: object = {}) =>
  importPm2({ app: app as Record<string, unknown>, folder: 'C:\\Bestellungen ä', isDump: false, ...more }, NO_FILES);

describe('an app of pm2', () => {
  it('has each of its settings in one of the three lists', async () => {
    const app = {
      name: 'orders/api',
      script: './server.js',
      cwd: 'app',
      args: '--port 3000 "a b"',
      interpreter: 'node',
      node_args: ['--max-old-space-size=512', '--require', './trace.js'],
      env: { NODE_ENV: 'production', LIMIT: 5, NESTED: {} },
      env_staging: { NODE_ENV: 'staging', EXTRA: 'x' },
      env_test: { NODE_ENV: 'test' },
      wait_ready: true,
      listen_timeout: 8_000,
      kill_timeout: 5_000,
      shutdown_with_message: true,
      stop_exit_codes: [0, 7, 'x'],
      restart_delay: 1_000,
      exp_backoff_restart_delay: 100,
      max_restarts: 3,
      min_uptime: '10s',
      autorestart: true,
      out_file: 'logs/out.log',
      error: 'C:\\elsewhere\\err.log',
      log_file: '/dev/null',
      merge_logs: true,
      log_date_format: 'YYYY',
      log_type: 'json',
      time: true,
      treekill: false,
      max_memory_restart: '300M',
      port: 3000,
      windowsHide: true,
      instances: 4,
      exec_mode: 'cluster',
      watch: true,
      ignore_watch: ['x'],
      watch_options: {},
      watch_delay: 100,
      cron: '0 0 * * *',
      namespace: 'x',
      source_map_support: true,
      vizion: false,
      user: 'svc',
      instance_var: 'X',
      filter_env: true,
      something_new: 1,
    };
    const plan = read(app, { environment: 'staging' });
    expect(outcomes(plan)).toMatchObject({
      name: 'spec.name',
      script: '~spec.program',
      cwd: 'host.cwd',
      args: 'spec.program',
      interpreter: 'spec.program',
      node_args: 'spec.program',
      'env NODE_ENV': 'spec.environment',
      'env LIMIT': 'spec.environment',
      'env NESTED': 'dropped',
      'env_staging NODE_ENV': 'spec.environment',
      'env_staging EXTRA': 'spec.environment',
      env_test: 'dropped',
      wait_ready: 'host.ready',
      listen_timeout: '~host.timeouts.start',
      kill_timeout: 'host.timeouts.stop',
      shutdown_with_message: "the listeners of SIGTERM, SIGINT, SIGBREAK, then of the message 'shutdown'",
      restart_delay: '~spec.recovery',
      exp_backoff_restart_delay: '~spec.recovery',
      max_restarts: '~spec.recovery',
      min_uptime: '~spec.recovery.resetPeriod',
      autorestart: 'spec.recovery',
      out_file: '~host.logging.dir',
      error_file: 'dropped',
      log_file: 'dropped',
      merge_logs: 'one process has one pair of log files',
      treekill: 'host.children',
      max_memory_restart: '~host.limits.memory',
      port: 'spec.environment',
      windowsHide: 'a service has no window',
      instances: 'dropped',
      exec_mode: 'dropped',
      watch: 'dropped',
      cron_restart: 'dropped',
      something_new: 'dropped',
    });
    expect(outcomes(plan)).not.toHaveProperty('env_staging');
    expect(plan.spec).toEqual({
      name: 'orders-api',
      program: {
        nodeArgs: ['--max-old-space-size=512', '--require', './trace.js'],
        script: 'C:\\Bestellungen ä\\app\\server.js',
        args: ['--port', '3000', 'a b'],
      },
      environment: { NODE_ENV: 'staging', LIMIT: '5', EXTRA: 'x', PORT: '3000' },
      recovery: {
        actions: [
          { type: 'restart', delay: 100 },
          { type: 'restart', delay: 150 },
          { type: 'restart', delay: 225 },
          { type: 'none' },
        ],
        resetPeriod: 10_000,
      },
    });
    expect(plan.host).toEqual({
      cwd: 'C:\\Bestellungen ä\\app',
      ready: 'message',
      timeouts: { start: 8_000, stop: 5_000 },
      exitCodes: { 0: 'stopped', 7: 'stopped' },
      logging: { dir: 'C:\\Bestellungen ä\\app\\logs' },
      children: 'keep',
      limits: { memory: 314_572_800 },
    });
    await expectUsable(plan);
  });

  it('of a dump has its settings, and neither its state nor the variables of the session', async () => {
    const env = {
      PATH: 'C:\\x',
      USERPROFILE: 'C:\\u',
      npm_config_x: '1',
      PM2_HOME: 'C:\\pm2',
      PORT: '3000',
      name: 'orders',
    };
    const plan = read(
      {
        ...env,
        name: 'orders',
        pm_exec_path: 'C:\\app\\server.js',
        pm_cwd: 'C:\\app',
        args: ['--a'],
        exec_interpreter: 'C:\\nodejs\\node.exe',
        pm_out_log_path: 'C:\\Users\\u\\.pm2\\logs\\out.log',
        pm_err_log_path: 'C:\\Users\\u\\.pm2\\logs\\err.log',
        exec_mode: 'fork_mode',
        instances: 1,
        status: 'online',
        pm_id: 0,
        created_at: 1,
        axm_monitor: {},
        unique_id: 'x',
        autorestart: true,
        env,
      },
      { isDump: true },
    );
    expect(plan.spec).toEqual({
      name: 'orders',
      program: { file: 'C:\\nodejs\\node.exe', script: 'C:\\app\\server.js', args: ['--a'] },
      environment: { PORT: '3000', name: 'orders' },
      recovery: { actions: [{ type: 'restart', delay: 0 }] },
    });
    expect(plan.host).toMatchObject({ cwd: 'C:\\app', logging: { dir: 'C:\\Users\\u\\.pm2\\logs' } });
    const dropped = plan.dropped.map(({ setting }) => setting);
    expect(dropped).toEqual([
      'env PATH, USERPROFILE, npm_config_x, PM2_HOME',
      'state of the process (pid, status, times)',
    ]);
    await expectUsable(plan);
  });

  it('has the defaults of pm2', async () => {
    const plan = read({ script: 'src/server.mjs' });
    expect(plan.spec).toMatchObject({ name: 'server', recovery: { actions: [{ type: 'restart', delay: 0 }] } });
    expect(plan.host).toMatchObject({ cwd: 'C:\\Bestellungen ä', timeouts: { stop: 1_600 } });
    await expectUsable(plan);
  });

  it('without restarts stays stopped', () => {
    const plan = read({ script: 'a.js', autorestart: false, restart_delay: 5 });
    expect(plan.spec.recovery).toEqual({ actions: [] });
    expect(plan.host.exitCodes).toEqual({ 0: 'stopped' });
  });

  it.each([
    ['out_file', 'NUL', { error_file: '/dev/null' }],
    ['disable_logs', true, {}],
  ])('with %s %s captures no output', (name, value, more) => {
    expect(read({ script: 'a.js', [name]: value, ...more }).host.logging).toMatchObject({ captureOutput: false });
  });

  it.each([
    { script: 'app.py', interpreter: 'python' },
    { script: 'app.exe', interpreter: 'none' },
    { script: 'app.sh', exec_interpreter: 'bash' },
    { name: 'x' },
    { script: 5 },
  ])('that is no Node program is refused: %j', (app) => {
    expect(() => read(app)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
  });
});
