/** First name of each setting that has several. */
export const SPELLINGS: Readonly<Record<string, string>> = {
  exec: 'script',
  pm_exec_path: 'script',
  pm_cwd: 'cwd',
  exec_interpreter: 'interpreter',
  interpreterArgs: 'node_args',
  interpreter_args: 'node_args',
  out: 'out_file',
  output: 'out_file',
  out_log: 'out_file',
  pm_out_log_path: 'out_file',
  error: 'error_file',
  err: 'error_file',
  err_file: 'error_file',
  err_log: 'error_file',
  pm_err_log_path: 'error_file',
  log: 'log_file',
  pm_log_path: 'log_file',
  combine_logs: 'merge_logs',
  cron: 'cron_restart',
  user: 'uid',
  pid: 'pid_file',
  pm_pid_path: 'pid_file',
};

const OF_PM2 = 'is a feature of pm2';
const WATCH = 'a service is not restarted when its files change: use winsvc restart, or node --watch while you develop';

/** Settings without a counterpart, with the reason. */
export const DROPPED: Readonly<Record<string, string>> = {
  watch: WATCH,
  watch_delay: WATCH,
  watch_options: WATCH,
  ignore_watch: WATCH,
  cron_restart: 'winsvc has no schedules: use a scheduled task that runs winsvc restart',
  deploy: 'winsvc does not deploy over SSH: see winsvc upgrade',
  namespace: 'services have no namespaces',
  name_prefix: 'give the whole name',
  filter_env: 'a service gets the variables of the system only, not those of a session',
  append_env_to_name: 'give the whole name',
  pid_file: 'winsvc status shows the process',
  uid: 'give the account with --account',
  gid: 'Windows has no group of a process',
  username: 'give the account with --account',
  install_url: OF_PM2,
  source_map_support: 'use node_args: --enable-source-maps',
  disable_source_map_support: 'source maps are off, unless node_args has --enable-source-maps',
  vizion: OF_PM2,
  execute_command: OF_PM2,
  force: OF_PM2,
  post_update: OF_PM2,
  trace: OF_PM2,
  disable_trace: OF_PM2,
  v8: OF_PM2,
  event_loop_inspector: 'winsvc watches the event loop itself (hang)',
  deep_monitoring: OF_PM2,
  increment_var: OF_PM2,
  instance_var: OF_PM2,
  pmx: OF_PM2,
  automation: OF_PM2,
  kill_retry_time: 'winsvc ends all processes of the service together',
  write: OF_PM2,
  io: OF_PM2,
};

/** Fields of a dump that describe a process, and no setting. */
const STATE =
  /^(?:pm_id|pm_uptime|status|created_at|restart_time|unstable_restarts|started_inside|_pm2_version|version|versioning|node_version|exit_code|prev_restart_delay|unique_id|NODE_APP_INSTANCE|vizion_running|km_link|axm_.*|_?command|PM2_.*|pm2_.*|instance_id|forked_time|monitored|smart|_handle)$/;

/** Returns whether a field of a dump is a state. */
export function isState(name: string): boolean {
  return STATE.test(name);
}

/** Variables that every session of Windows has, or a terminal, npm and pm2 add. */
const OF_SESSION =
  /^(?:ALLUSERSPROFILE|APPDATA|ChocolateyInstall|CLIENTNAME|Common(?:Program(?:Files|W6432).*)|COMPUTERNAME|ComSpec|DriverData|HOME(?:DRIVE|PATH)?|INIT_CWD|LOCALAPPDATA|LOGONSERVER|NODE|NUMBER_OF_PROCESSORS|npm_.*|NVM_.*|OneDrive.*|OS|Path|PATHEXT|PROCESSOR_.*|ProgramData|ProgramFiles.*|ProgramW6432|PROMPT|PSModulePath|PUBLIC|SESSIONNAME|SystemDrive|SystemRoot|TEMP|TERM.*|TMP|USERDOMAIN.*|USERNAME|USERPROFILE|VSCODE_.*|windir|WT_.*|COLOR|EDITOR|LANG|PWD|SHELL|SHLVL|USER|LOGNAME|OLDPWD|_)$/i;

/** Returns whether a variable belongs to a session and not to a program. */
export function isMachineVariable(name: string): boolean {
  return OF_SESSION.test(name);
}
