import type { ServiceSpec } from '../../manager/index.ts';
import { dropUndefined } from '../../util/drop-undefined.ts';
import { type Duration, durationMs } from '../../util/duration.ts';
import type { Arguments } from './arguments.ts';
import { CLEARABLE } from './spec-options.ts';
import { UsageError } from './usage-error.ts';

type Settings = Omit<ServiceSpec, 'name'>;

/** Reads the settings that the options name. Program and password are read elsewhere. */
export function settingsFromOptions(args: Arguments): Settings {
  const cleared = Object.fromEntries(
    (args.list('clear') ?? []).map((what) => {
      if (!Object.hasOwn(CLEARABLE, what))
        throw new UsageError(`--clear takes ${Object.keys(CLEARABLE).join(', ')}; got "${what}".`);
      if (what in SAME_NAME && args.list(what))
        throw new UsageError(`--${what} and --clear ${what} contradict each other.`);
      return [CLEARABLE[what as keyof typeof CLEARABLE], null];
    }),
  );
  return {
    ...dropUndefined({
      displayName: args.text('display-name'),
      description: args.text('description'),
      account: args.text('account'),
      startType: args.oneOf('start', ['auto', 'delayed', 'demand', 'disabled', 'boot', 'system']),
      dependencies: args.list('depends'),
      environment: variables(args.list('env')),
      recovery: recovery(args),
      recoverOnFailureExit: yesNo(args, 'on-failure-exit'),
      sidType: args.oneOf('sid-type', ['none', 'unrestricted', 'restricted']),
      requiredPrivileges: args.list('privilege'),
      eventSource: yesNo(args, 'event-source'),
      preshutdownTimeout: args.duration('preshutdown-timeout'),
    }),
    ...cleared,
  };
}

const SAME_NAME = { description: 1, depends: 1, env: 1, recovery: 1, privilege: 1 };

function variables(list: readonly string[] | undefined): Record<string, string> | undefined {
  if (!list) return undefined;
  return Object.fromEntries(
    list.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw new UsageError(`--env must be NAME=value; got "${text}".`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

function recovery(args: Arguments): ServiceSpec['recovery'] {
  const list = args.text('recovery');
  const resetPeriod = args.duration('reset-period');
  if (list === undefined) {
    if (resetPeriod !== undefined) throw new UsageError('--reset-period needs --recovery beside it.');
    return undefined;
  }
  return { actions: list.split(',').map(action), ...(resetPeriod === undefined ? {} : { resetPeriod }) };
}

function action(text: string): { type: 'restart' | 'none' | 'reboot'; delay?: Duration } {
  const [type = '', delay] = text.trim().split(':');
  const ms = delay === undefined ? 0 : durationMs(delay);
  if ((type !== 'restart' && type !== 'none' && type !== 'reboot') || ms === undefined)
    throw new UsageError(
      `--recovery must be a list such as restart:1s,restart:1m,none; got "${text}". For a command to run, use a spec file with ensure.`,
    );
  return { type, delay: ms };
}

function yesNo(args: Arguments, name: string): boolean | undefined {
  const answer = args.oneOf(name, ['yes', 'no']);
  return answer === undefined ? undefined : answer === 'yes';
}
