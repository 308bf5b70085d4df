import type { ServiceSpec } from '../../manager/index.ts';
import { namedFolders } from '../../scm/service-folders.ts';
import type { Arguments } from './arguments.ts';
import type { Cli } from '../command.ts';
import { defaultName, ownProgram, programFor } from './program-options.ts';
import { givenHostOptions, hostFromOptions } from './host-options.ts';
import { hostedProgram, namedTarget } from './host-program.ts';
import { settingsFromOptions } from './spec-from-options.ts';
import { UsageError } from './usage-error.ts';

/** Spec to install, and the copies that it needs first. */
export interface InstallSpec {
  readonly spec: ServiceSpec;
  /** `true`: the user gave no name. */
  readonly isNameDerived: boolean;
  /** Copies the files that the service needs. */
  copy(): void;
}

/** Returns the spec to install: of the target that was named, or of the program's own service with its `install` block. */
export function specOfInstall(cli: Cli, args: Arguments): InstallSpec {
  if (cli.service) return { spec: specOfOwn(cli, args), isNameDerived: false, copy: () => undefined };
  const settings = settingsFromOptions(args);
  const name = args.text('name');
  if (args.text('machine') !== undefined) return specOfRemote(args, settings, name);
  const target = namedTarget(args);
  const isBin = args.flag('bin');
  const given = programFor(target.path, args, false, isBin);
  const program = {
    ...given,
    ...(target.nodeArgs.length > 0 && { nodeArgs: [...(given.nodeArgs ?? []), ...target.nodeArgs] }),
    ...(target.args.length > 0 && { args: [...target.args, ...(given.args ?? [])] }),
  };
  // The name first: it may be what is missing.
  const base = { name: name ?? target.name ?? defaultName(target.path), ...settings };
  const hosted = hostedProgram(program, args, cli.env, isBin ? process.cwd() : undefined);
  return {
    spec: { ...base, program: hosted.program, ...(hosted.host && { host: hosted.host }) },
    isNameDerived: name === undefined,
    copy: () => {
      hosted.copy();
    },
  };
}

function specOfRemote(args: Arguments, settings: Omit<ServiceSpec, 'name'>, name: string | undefined): InstallSpec {
  const [path, ...rest] = args.positionals;
  if (path === undefined) throw new UsageError('A script is missing: the path of one on that machine.');
  const [first] = givenHostOptions(args);
  if (first !== undefined)
    throw new UsageError(`${first} is for this machine: the files of the host are copied to it.`);
  const given = programFor(path, args, true);
  const program = rest.length > 0 ? { ...given, args: [...rest, ...(given.args ?? [])] } : given;
  const spec = { name: name ?? defaultName(path), ...settings, program };
  return { spec, isNameDerived: name === undefined, copy: () => undefined };
}

function specOfOwn(cli: Cli, args: Arguments): ServiceSpec {
  const { service } = cli;
  if (!service) throw new UsageError('A script is missing.');
  const { displayName, description, install, eventLog } = service.definition;
  const folders = namedFolders(service.definition);
  const program = ownProgram(service, args);
  const host = hostFromOptions(args);
  if (host && !cli.isHosted)
    throw new UsageError('Options for hosted programs are for scripts that are no service by themselves.');
  const { imagePath, program: _program, ...block } = install;
  return {
    eventSource: eventLog ? { source: eventLog.source, ...(eventLog.log && { log: eventLog.log }) } : false,
    ...(folders.length > 0 && { folders }),
    ...block,
    ...(program ? { program } : { imagePath: imagePath ?? '' }),
    ...(cli.isHosted && { host: host ?? {} }),
    name: service.name,
    displayName,
    ...(description === undefined ? {} : { description }),
    ...settingsFromOptions(args),
  };
}

/** Line that says what is about to be done under a name that the user didn't give. */
export function announce({ spec }: InstallSpec): string {
  const { script, file, args = [] } = spec.program ?? {};
  const line = [script ?? file ?? '', ...args].filter(Boolean);
  return `Service "${spec.name}" of ${line.map((word) => (/\s/.test(word) ? `"${word}"` : word)).join(' ')}${spec.host ? ', hosted by winsvc' : ''}. Another name: --name`;
}
