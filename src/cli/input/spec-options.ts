import type { Option } from '../command.ts';

/** Options that describe a service. A spec file of `ensure` has more. */
export const SPEC_OPTIONS: Readonly<Record<string, Option>> = {
  'display-name': { type: 'text', value: 'TEXT', help: 'Name in services.msc.' },
  description: { type: 'text', value: 'TEXT', help: 'Description in services.msc.' },
  account: {
    type: 'text',
    value: 'NAME',
    help: 'virtual (default), localService, networkService, localSystem, DOMAIN\\user, .\\user, DOMAIN\\gmsa$.',
  },
  'password-stdin': {
    type: 'flag',
    help: 'Read the password of a user account from standard input. Otherwise: WINSVC_PASSWORD, or a prompt.',
  },
  start: { type: 'text', value: 'TYPE', help: 'auto (default), delayed, demand or disabled.' },
  depends: { type: 'list', value: 'NAME', help: 'A service that must run first; +NAME for a group.' },
  env: { type: 'list', value: 'K=V', help: 'A variable that only this service gets.' },
  arg: { type: 'list', value: 'TEXT', help: 'An argument of the script; --arg=--port when it begins with a dash.' },
  'node-arg': { type: 'list', value: 'TEXT', help: 'An option of Node: --node-arg=--enable-source-maps.' },
  node: { type: 'text', value: 'FILE', help: 'Path of node.exe. Default: the one that runs this command.' },
  recovery: {
    type: 'text',
    value: 'LIST',
    help: 'After each failure: restart:1s,restart:1m,none. Default restart:1s,restart:10s,restart:60s.',
  },
  'reset-period': {
    type: 'text',
    value: 'TIME',
    help: 'After this time without a failure the count starts again: 1d.',
  },
  'on-failure-exit': {
    type: 'text',
    value: 'YES|NO',
    help: 'Recover also when the service stops with an error code. Default for a new service: yes.',
  },
  'sid-type': { type: 'text', value: 'TYPE', help: 'none, unrestricted or restricted.' },
  privilege: { type: 'list', value: 'NAME', help: 'Keep only these privileges: SeChangeNotifyPrivilege.' },
  'event-source': {
    type: 'text',
    value: 'YES|NO',
    help: 'The event source, without which Event Viewer shows nothing. Default for a new service: yes.',
  },
  'preshutdown-timeout': { type: 'text', value: 'TIME', help: 'Budget of a preshutdown.' },
};

/** Settings that `--clear` removes. */
export const CLEARABLE = {
  description: 'description',
  depends: 'dependencies',
  env: 'environment',
  recovery: 'recovery',
  privilege: 'requiredPrivileges',
  triggers: 'triggers',
  group: 'loadOrderGroup',
  host: 'host',
} as const;

export const CLEAR: Readonly<Record<string, Option>> = {
  clear: { type: 'list', value: 'WHAT', help: `Remove a setting: ${Object.keys(CLEARABLE).join(', ')}.` },
};
