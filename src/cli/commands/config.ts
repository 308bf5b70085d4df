import { formatTable } from '../output/table.ts';
import type { ServiceConfig } from '../../manager/index.ts';
import type { Arguments } from '../input/arguments.ts';
import { suggestion } from '../input/nearest.ts';
import { type Cli, type Command, EXIT, SERVICE } from '../command.ts';
import { describeSetting } from '../output/describe-setting.ts';
import { printChanges } from '../output/print-changes.ts';
import { toJson } from '../output/json.ts';
import { programFor } from '../input/program-options.ts';
import { HOST_OPTIONS, hostFromOptions } from '../input/host-options.ts';
import { settingsFromOptions } from '../input/spec-from-options.ts';
import { CLEAR, SPEC_OPTIONS } from '../input/spec-options.ts';
import { type Target, targetOf } from '../input/target.ts';
import { UsageError } from '../input/usage-error.ts';
import { withPassword } from '../input/with-password.ts';
import { namedFolders } from '../../scm/service-folders.ts';

const get: Command = {
  name: 'get',
  summary: 'Show all settings of a service, or those that are named.',
  positionals: [SERVICE, { name: 'setting', help: 'Only these, such as startType.', rest: true }],
  options: { spec: { type: 'flag', help: 'As a spec for ensure.' } },
  examples: [
    ['config get {service}', 'every setting'],
    ['config get {service} imagePath', 'one setting, without its name'],
    ['config get {service} --spec > orders.json', 'for ensure on another machine'],
  ],
  async run(cli, args) {
    await show(cli, args, await targetOf(cli, args));
    return EXIT.done;
  },
};

const set: Command = {
  name: 'set',
  summary: 'Change the settings that the options name, and keep the others.',
  details: 'A running service keeps its old settings until it is restarted.',
  positionals: [SERVICE],
  options: {
    ...SPEC_OPTIONS,
    program: { type: 'text', value: 'FILE', help: 'Another script or program. The command line is quoted again.' },
    ...HOST_OPTIONS,
    ...CLEAR,
    plan: { type: 'flag', help: 'Show what would change, and change nothing.' },
  },
  examples: [
    ['config set {service} --start delayed --clear depends', 'change two settings, keep the others'],
    ['config set {service} --account virtual --plan', 'show what would change'],
  ],
  async run(cli, args) {
    await change(cli, args, await targetOf(cli, args));
    return EXIT.done;
  },
};

export const config: Command = {
  name: 'config',
  summary: 'Show or change the settings of a service.',
  subcommands: [get, set],
};

async function show({ out }: Cli, args: Arguments, { name, client, rest }: Target): Promise<void> {
  const { unsupported, name: _, ...settings } = await client.config();
  if (args.flag('spec')) {
    // The SCM gives the tag, and access to a service is that of its machine.
    const { tag: _tag, securityDescriptor: _sddl, ...spec } = settings;
    out.result({ name, ...spec }, () => `${toJson({ name, ...spec }, 2)}\n`);
    return;
  }
  const known: readonly string[] = [...Object.keys(settings), ...unsupported];
  const unknown = rest.find((setting) => !known.includes(setting));
  if (unknown !== undefined) throw new UsageError(`There is no setting "${unknown}".${suggestion(unknown, known)}`);
  const asked = (rest.length > 0 ? rest : Object.keys(settings)) as (keyof ServiceConfig)[];
  const data = Object.fromEntries(asked.map((setting) => [setting, settings[setting]]));
  out.result({ service: name, ...data, ...(rest.length > 0 ? {} : { unsupported }) }, () => {
    const [only] = asked;
    if (asked.length === 1 && only) return `${describeSetting(only, settings[only])}\n`;
    const rows = asked.map((setting) => [setting, describeSetting(setting, settings[setting])]);
    return formatTable(out, ['SETTING', 'VALUE'], rows);
  });
  if (rest.length === 0 && unsupported.length > 0) out.note(`This system does not have: ${unsupported.join(', ')}.`);
}

async function change(cli: Cli, args: Arguments, { name, client }: Target): Promise<void> {
  const program = args.text('program');
  const settings = settingsFromOptions(args);
  const host = hostFromOptions(args);
  const wanted = {
    ...settings,
    // The settings of the host that no option names are kept.
    ...(host && { host: { ...(await client.config()).host, ...host } }),
    // The new account must be able to write where the definition says.
    ...(cli.service && settings.account !== undefined && { folders: namedFolders(cli.service.definition) }),
    ...(program === undefined ? {} : { program: programFor(program, args, args.text('machine') !== undefined) }),
  };
  if (program === undefined && ['arg', 'node', 'node-arg'].some((option) => args.flag(option)))
    throw new UsageError('--arg, --node and --node-arg make a new command line, so they need --program FILE too.');
  if (Object.keys(wanted).length === 0)
    throw new UsageError(`config set needs options that say what to change, such as --start delayed.`);
  const plan = args.flag('plan');
  const complete = plan ? wanted : await withPassword(cli, args, wanted);
  printChanges(cli, name, await client.configure(complete, { plan }));
}
