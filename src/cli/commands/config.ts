import type { ServiceConfig } from '../../manager/index.ts';
import { type Arguments, meant } from '../input/arguments.ts';
import { type Cli, type Command, EXIT, SERVICE } from '../command.ts';
import { describeSetting } from '../output/describe-setting.ts';
import { printChanges } from '../output/print-changes.ts';
import { toJson } from '../output/json.ts';
import { programFor } from '../input/program-options.ts';
import { settingsFromOptions } from '../input/spec-from-options.ts';
import { CLEAR, SPEC_OPTIONS } from '../input/spec-options.ts';
import { type Target, targetOf } from '../input/target.ts';
import { UsageError } from '../input/usage-error.ts';
import { withPassword } from '../input/with-password.ts';

export const config: Command = {
  name: 'config',
  summary: 'Show or change the settings of a service.',
  details: `"config get" shows all settings, or those that are named; "config set" changes those that its options name, and
keeps the others. A running service keeps its old settings until it is restarted.`,
  positionals: [
    { name: 'get|set', help: 'What to do.' },
    SERVICE,
    { name: 'setting', help: 'With get: only these, such as startType.', rest: true },
  ],
  options: {
    ...SPEC_OPTIONS,
    program: { type: 'text', value: 'FILE', help: 'Another script or program; the command line is quoted anew.' },
    ...CLEAR,
    plan: { type: 'flag', help: 'With set: only show what would change.' },
    spec: { type: 'flag', help: 'With get: as a spec for ensure.' },
  },
  examples: [
    ['config get {service}', 'every setting'],
    ['config get {service} imagePath', 'one setting, bare'],
    ['config get {service} --spec > orders.json', 'for ensure on another machine'],
    ['config set {service} --start delayed --clear depends', 'change two, keep the others'],
  ],
  async run(cli, args) {
    const [action, ...rest] = args.positionals;
    if (action !== 'get' && action !== 'set')
      throw new UsageError(`config needs get or set; got "${action ?? ''}".${meant(action ?? '', ['get', 'set'])}`);
    const target = await targetOf(cli, args, 1);
    if (action === 'get') await get(cli, args, target);
    else if (target.rest.length > 0)
      throw new UsageError(`config set takes options, such as --start delayed; got "${rest.at(-1) ?? ''}".`);
    else await set(cli, args, target);
    return EXIT.done;
  },
};

async function get({ out }: Cli, args: Arguments, { name, client, rest }: Target): Promise<void> {
  const { unsupported, name: _, ...settings } = await client.config();
  if (args.flag('spec')) {
    // The SCM gives the tag, and access to a service is that of its machine.
    const { tag: _tag, securityDescriptor: _sddl, ...spec } = settings;
    out.result({ name, ...spec }, () => `${toJson({ name, ...spec }, 2)}\n`);
    return;
  }
  const known: readonly string[] = [...Object.keys(settings), ...unsupported];
  const unknown = rest.find((setting) => !known.includes(setting));
  if (unknown !== undefined) throw new UsageError(`There is no setting "${unknown}".${meant(unknown, known)}`);
  const asked = (rest.length > 0 ? rest : Object.keys(settings)) as (keyof ServiceConfig)[];
  const data = Object.fromEntries(asked.map((setting) => [setting, settings[setting]]));
  out.result({ service: name, ...data, ...(rest.length > 0 ? {} : { unsupported }) }, () => {
    const [only] = asked;
    if (asked.length === 1 && only) return `${describeSetting(only, settings[only])}\n`;
    const rows = asked.map((setting) => [setting, describeSetting(setting, settings[setting])]);
    return out.table(['SETTING', 'VALUE'], rows);
  });
  if (rest.length === 0 && unsupported.length > 0) out.note(`This system does not have: ${unsupported.join(', ')}.`);
}

async function set(cli: Cli, args: Arguments, { name, client }: Target): Promise<void> {
  const program = args.text('program');
  const settings = settingsFromOptions(args);
  const change = {
    ...settings,
    ...(program === undefined ? {} : { program: programFor(program, args, args.text('machine') !== undefined) }),
  };
  if (program === undefined && ['arg', 'node', 'node-arg'].some((option) => args.flag(option)))
    throw new UsageError('--arg, --node and --node-arg make a new command line, so they need --program FILE too.');
  if (Object.keys(change).length === 0)
    throw new UsageError(`config set needs options that say what to change, such as --start delayed.`);
  const plan = args.flag('plan');
  const complete = plan ? change : await withPassword(cli, args, change);
  printChanges(cli, name, await client.configure(complete, { plan }));
}
