import type { ServiceReport } from '../../manager/index.ts';
import { type Command, SERVICE } from '../command.ts';
import { describeReport } from '../output/describe.ts';
import { targetOf } from '../input/target.ts';
import { UsageError } from '../input/usage-error.ts';

export const command: Command = {
  name: 'command',
  summary: 'Send a user-defined control (128 to 255), or paramChange, to a service.',
  details:
    'The SCM waits for the service to acknowledge it, not for the work. A program with runCli() knows its commands by their names too. paramChange asks a service to read its settings again.',
  positionals: [
    SERVICE,
    { name: 'command', help: 'A number from 128 to 255, paramChange, or the name that the definition gives it.' },
  ],
  options: {},
  examples: [
    ['command {service} 200', 'control 200'],
    ['command {service} paramChange', 'the settings of the service have changed'],
  ],
  fleet: { describe: (data) => describeReport(data as ServiceReport) },
  async run(cli, args) {
    const { name, client, rest } = await targetOf(cli, args);
    const [wanted = ''] = rest;
    const number = /^\d+$/.test(wanted) ? Number(wanted) : undefined;
    // A command of the definition may have that name.
    const paramChange = /^paramChange$/i.test(wanted) && !Object.hasOwn(cli.service?.commands ?? {}, wanted);
    if (number === undefined && !cli.service && !paramChange)
      throw new UsageError(
        `"${wanted}" is neither a number from 128 to 255 nor paramChange. Names of commands are known to the program itself: node <script> command ${wanted}`,
      );
    const report = await (paramChange ? client.paramChange() : client.command(number ?? wanted));
    cli.out.result(
      { service: name, command: number ?? wanted, ...report },
      () => `${name} took command ${wanted}; it is ${describeReport(report)}\n`,
    );
    return undefined;
  },
};
