import type { ServiceReport } from '../../manager/index.ts';
import { type Command, SERVICE } from '../command.ts';
import { describeReport } from '../output/describe.ts';
import { targetOf } from '../input/target.ts';
import { UsageError } from '../input/usage-error.ts';

export const command: Command = {
  name: 'command',
  summary: 'Send a user-defined control (128 to 255) to a service.',
  details:
    'The SCM waits for the service to acknowledge it, not for the work. A program with runCli() knows its commands by their names too.',
  positionals: [
    SERVICE,
    { name: 'command', help: 'A number from 128 to 255, or the name that the definition gives it.' },
  ],
  options: {},
  examples: [['command {service} 200', 'control 200']],
  fleet: { describe: (data) => describeReport(data as ServiceReport) },
  async run(cli, args) {
    const { name, client, rest } = await targetOf(cli, args);
    const [wanted = ''] = rest;
    const number = /^\d+$/.test(wanted) ? Number(wanted) : undefined;
    if (number === undefined && !cli.service)
      throw new UsageError(
        `"${wanted}" is not a number from 128 to 255. Names of commands are known to the program itself: node <script> command ${wanted}`,
      );
    const report = await client.command(number ?? wanted);
    cli.out.result(
      { service: name, command: number ?? wanted, ...report },
      () => `${name} took command ${wanted}; it is ${describeReport(report)}\n`,
    );
    return undefined;
  },
};
