import type { ServiceSpec } from '../../manager/index.ts';
import { namedFolders } from '../../scm/service-folders.ts';
import type { Arguments } from './arguments.ts';
import type { Cli } from '../command.ts';
import { defaultName, ownProgram, programFor } from './program-options.ts';
import { settingsFromOptions } from './spec-from-options.ts';

/** Returns the spec to install: of the script that was named, or of the program's own service with its `install` block. */
export function specOfInstall(cli: Cli, args: Arguments): ServiceSpec {
  const settings = settingsFromOptions(args);
  const name = args.text('name');
  if (!cli.service) {
    const [path = ''] = args.positionals;
    const program = programFor(path, args, args.text('machine') !== undefined);
    return { name: name ?? defaultName(path), program, ...settings };
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
