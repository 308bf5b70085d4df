import type { HostCommand, HostLimits, HostSettings, ReadyRule, WaitForRule } from '../../manager/index.ts';
import { parseCommandLine } from '../../manager/index.ts';
import { dropUndefined } from '../../util/drop-undefined.ts';
import type { Option } from '../command.ts';
import type { Arguments } from './arguments.ts';
import { UsageError } from './usage-error.ts';

/** Options for programs that winsvc hosts. Whatever these don't have is in the spec file of `ensure`, below `host`. */
export const HOST_OPTIONS: Readonly<Record<string, Option>> = {
  cwd: {
    type: 'text',
    value: 'DIR',
    help: 'Hosted: working directory. Default: that of the nearest package.json.',
    own: 'unlessHosted',
  },
  ready: {
    type: 'text',
    value: 'RULE',
    help: 'Hosted: RUNNING by auto (default), listen, loaded, message, a port, or a URL that answers.',
    own: 'unlessHosted',
  },
  'env-file': {
    type: 'text',
    value: 'FILE',
    help: 'Hosted: file with NAME=value lines, relative to --cwd.',
    own: 'unlessHosted',
  },
  'wait-for': {
    type: 'list',
    value: 'WHAT',
    help: 'Hosted: start when it is there: HOST:PORT, a URL, file:PATH, service:NAME, network.',
    own: 'unlessHosted',
  },
  before: { type: 'list', value: 'LINE', help: 'Hosted: command line to run before the start.', own: 'unlessHosted' },
  after: { type: 'list', value: 'LINE', help: 'Hosted: command line to run after the stop.', own: 'unlessHosted' },
  'stop-request': {
    type: 'text',
    value: 'URL',
    help: 'Hosted: URL to request at the stop: "POST http://…/stop".',
    own: 'unlessHosted',
  },
  'exit-code': {
    type: 'list',
    value: 'N=WHAT',
    help: 'Hosted: meaning of an exit code: 0=stopped or 3=failed.',
    own: 'unlessHosted',
  },
  children: {
    type: 'text',
    value: 'RULE',
    help: 'Hosted: kill (default) or keep the children at the stop.',
    own: 'unlessHosted',
  },
  limit: {
    type: 'list',
    value: 'WHAT=N',
    help: 'Hosted: memory=512M, cpu=50 (percent), processes=10.',
    own: 'unlessHosted',
  },
  priority: {
    type: 'text',
    value: 'CLASS',
    help: 'Hosted: idle, belowNormal, normal, aboveNormal or high.',
    own: 'unlessHosted',
  },
  affinity: {
    type: 'text',
    value: 'LIST',
    help: 'Hosted: numbers of the processors to use: 0,1.',
    own: 'unlessHosted',
  },
  'start-timeout': {
    type: 'text',
    value: 'TIME',
    help: 'Hosted: how long the start may take. Default 30s.',
    own: 'unlessHosted',
  },
  'stop-timeout': {
    type: 'text',
    value: 'TIME',
    help: 'Hosted: how long the stop may take. Default 20s.',
    own: 'unlessHosted',
  },
};

/** Option for a target that a package brings. */
export const BIN: Readonly<Record<string, Option>> = {
  bin: { type: 'text', value: 'NAME', help: 'A program of a package in node_modules, instead of a script.', own: true },
};

/** Options for the program of a service, for the verbs that install one. */
export const PROGRAM_OPTIONS: Readonly<Record<string, Option>> = {
  ...BIN,
  'pin-node': {
    type: 'flag',
    help: 'Hosted: copy node.exe to %ProgramFiles%, so that an upgrade of Node does not touch the service.',
    own: true,
  },
};

/** Returns the settings that the options name; `undefined` when they name none. The manager checks the values. */
export function hostFromOptions(args: Arguments): HostSettings | undefined {
  const timeouts = dropUndefined({ start: args.duration('start-timeout'), stop: args.duration('stop-timeout') });
  const settings = dropUndefined({
    cwd: args.text('cwd'),
    ready: readyRule(args.text('ready')),
    envFile: args.text('env-file'),
    waitFor: args.list('wait-for')?.map(waitForRule),
    before: args.list('before')?.map(commandOf),
    after: args.list('after')?.map(commandOf),
    stop: stopOf(args.text('stop-request')),
    exitCodes: pairs(args, 'exit-code') as HostSettings['exitCodes'],
    children: args.oneOf('children', ['kill', 'keep']),
    limits: limitsOf(pairs(args, 'limit')),
    priority: args.oneOf('priority', ['idle', 'belowNormal', 'normal', 'aboveNormal', 'high']),
    affinity: args.text('affinity')?.split(',').map(Number),
    timeouts: Object.keys(timeouts).length > 0 ? timeouts : undefined,
  });
  return Object.keys(settings).length > 0 ? settings : undefined;
}

/** Names of the given options that are for hosted programs only. */
export function givenHostOptions(args: Arguments): readonly string[] {
  return [...Object.keys(HOST_OPTIONS), 'bin', 'pin-node'].filter((name) => args.flag(name)).map((name) => `--${name}`);
}

function readyRule(text: string | undefined): ReadyRule | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return { port: Number(text) };
  if (/^https?:/i.test(text)) return { url: text };
  return text as ReadyRule;
}

function waitForRule(text: string): WaitForRule {
  if (text === 'network') return { network: true };
  if (/^https?:/i.test(text)) return { url: text };
  const [, kind, value = ''] = /^(file|service):(.+)$/is.exec(text) ?? [];
  if (kind?.toLowerCase() === 'file') return { file: value };
  if (kind?.toLowerCase() === 'service') return { service: value };
  return { tcp: text };
}

function commandOf(line: string): HostCommand {
  const { file, args } = parseCommandLine(line);
  return { file, ...(args.length > 0 && { args }) };
}

function stopOf(text: string | undefined): HostSettings['stop'] {
  if (text === undefined) return undefined;
  const [, method, url = text] = /^([A-Za-z]+)\s+(\S+)$/.exec(text) ?? [];
  return { request: { url, ...(method !== undefined && { method: method.toUpperCase() }) } };
}

function pairs(args: Arguments, option: string): Record<string, string> | undefined {
  const list = args.list(option);
  if (!list) return undefined;
  return Object.fromEntries(
    list.map((text) => {
      const [, name, value] = /^([^=]+)=(.+)$/.exec(text) ?? [];
      if (name === undefined || value === undefined)
        throw new UsageError(`--${option} must be NAME=VALUE; got "${text}".`);
      return [name, value];
    }),
  );
}

function limitsOf(limits: Record<string, string> | undefined): HostLimits | undefined {
  if (!limits) return undefined;
  const toNumber = (value: string): number | string => (/^\d+(?:\.\d+)?$/.test(value) ? Number(value) : value);
  return Object.fromEntries(Object.entries(limits).map(([name, value]) => [name, toNumber(value)]));
}
