import type { ServiceSpec } from '../../manager/index.ts';
import { namedFolders } from '../../scm/service-folders.ts';
import type { Arguments } from './arguments.ts';
import type { Cli } from '../command.ts';
import { defaultName, ownProgram, programFor } from './program-options.ts';
import type { HostFiles } from '../../hosting/install/host-files.ts';
import { resolveFolder, withHost } from './host-program.ts';
import { settingsFromOptions } from './spec-from-options.ts';

/** Returns the spec to install: of the script that was named, or of the program's own service with its `install` block. */
export function specOfInstall(
  cli: Cli,
  args: Arguments,
  onHosted: (files: HostFiles | undefined) => void = () => undefined,
): ServiceSpec {
  const settings = settingsFromOptions(args);
  const name = args.text('name');
  if (!cli.service) {
    const [path = ''] = args.positionals;
    const remote = args.text('machine') !== undefined;
    const target = remote ? { path, args: [] } : resolveFolder(path);
    const given = programFor(target.path, args, remote);
    const program = target.args.length > 0 ? { ...given, args: [...target.args, ...(given.args ?? [])] } : given;
    // The name first: it may be what is missing.
    const spec = { name: name ?? defaultName(target.path), ...settings };
    if (remote) return { ...spec, program };
    const hosted = withHost(program, cli.env);
    onHosted(hosted.files);
    return { ...spec, program: hosted.program };
  }
  const { displayName, description, install, eventLog } = cli.service.definition;
  const folders = namedFolders(cli.service.definition);
  const program = ownProgram(cli.service, args);
  const { imagePath, program: _program, ...block } = install;
  return {
    eventSource: eventLog ? { source: eventLog.source, ...(eventLog.log && { log: eventLog.log }) } : false,
    ...(folders.length > 0 && { folders }),
    ...block,
    ...(program ? { program } : { imagePath: imagePath ?? '' }),
    name: cli.service.name,
    displayName,
    ...(description === undefined ? {} : { description }),
    ...settings,
  };
}
