import type { ServiceManager } from '../../manager/index.ts';
import { type Cli, type Command, EXIT } from '../command.ts';
import { compareInstance, type DscInstance, parseInstance, readInstance, withoutSecrets } from '../dsc/instance.ts';
import { toDscManifest } from '../dsc/manifest.ts';
import { toJson } from '../output/json.ts';

const DESCRIPTION = 'Reads the wanted service as JSON from standard input; prints one line of JSON each.';

export const dsc: Command = {
  name: 'dsc',
  summary: 'Serve Microsoft DSC 3 as the resource Winsvc/Service.',
  subcommands: [
    verb('get', 'Print the state of a service.', async (cli, manager, { spec }) => {
      print(cli, await readInstance(manager, spec.name));
    }),
    verb('test', 'Print the state of a service, and the properties that differ from the wanted ones.', test),
    verb('set', 'Make a service what is wanted: install, change, start, stop or remove it.', set),
    verb('what-if', 'Print what set would make of a service.', whatIf),
    verb('delete', 'Stop and remove a service.', async (_cli, manager, { spec }) => {
      const client = manager.service(spec.name);
      if (await client.exists()) await client.uninstall();
    }),
    plain('export', 'Print every service of this machine, one line each.', async (cli) => {
      const manager = await cli.manager();
      for await (const { name } of manager.listConfigs()) print(cli, await readInstance(manager, name));
    }),
    plain('schema', 'Print the JSON Schema of an instance.', async (cli) => {
      print(cli, await toSchema());
    }),
    plain('manifest', 'Print the manifest for DSC, with the paths of this machine.', (cli) => {
      const bin = process.argv[1];
      const program = { executable: process.execPath, args: bin === undefined ? [] : [bin] };
      cli.stdout.write(`${toJson(toDscManifest(program, cli.version), 2)}\n`);
      return Promise.resolve();
    }),
  ],
};

type Work = (cli: Cli, manager: ServiceManager, instance: DscInstance) => Promise<void>;

function verb(name: string, summary: string, work: Work): Command {
  return plain(name, summary, async (cli) => {
    const instance = parseInstance(await readAll(cli));
    await work(cli, await cli.manager(), instance);
  });
}

function plain(name: string, summary: string, work: (cli: Cli) => Promise<void>): Command {
  return {
    name,
    summary,
    details: DESCRIPTION,
    examples: [[`dsc ${name}`, 'called by DSC']],
    async run(cli) {
      await work(cli);
      return EXIT.done;
    },
  };
}

async function test(cli: Cli, manager: ServiceManager, instance: DscInstance): Promise<void> {
  const { actual, different } = await compareInstance(manager, instance);
  print(cli, { ...actual, _inDesiredState: different.length === 0 });
  print(cli, different);
}

async function set(cli: Cli, manager: ServiceManager, instance: DscInstance): Promise<void> {
  const { spec, exists, running } = instance;
  const { different } = await compareInstance(manager, instance);
  const client = manager.service(spec.name);
  if (!exists) {
    if (different.length > 0) await client.uninstall();
  } else {
    // A password alone is no difference, and must be stored all the same.
    if (different.some((name) => name !== 'running') || spec.password !== undefined) await manager.ensure(spec);
    if (running === true) await client.start();
    else if (running === false) await client.stop();
  }
  print(cli, await readInstance(manager, spec.name));
  print(cli, different);
}

async function whatIf(cli: Cli, manager: ServiceManager, instance: DscInstance): Promise<void> {
  const { spec, exists, running } = instance;
  const { actual, different } = await compareInstance(manager, instance);
  const { password: _, ...wanted } = withoutSecrets(spec);
  const state = running === undefined ? {} : { running };
  print(cli, exists ? { ...actual, ...wanted, ...state, _exist: true } : { name: spec.name, _exist: false });
  print(cli, different);
}

/** The schema of a spec, and the properties that DSC adds. */
async function toSchema(): Promise<object> {
  const { serviceSpecJsonSchema } = await import('../../manager/index.ts');
  const schema = await serviceSpecJsonSchema();
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Winsvc/Service',
    ...schema,
    properties: {
      ...(schema['properties'] as object),
      running: { type: 'boolean', description: 'Whether the service runs. Left out: either.' },
      _exist: { type: 'boolean', default: true, description: 'Whether the service is installed.' },
      _inDesiredState: { type: ['boolean', 'null'], readOnly: true, description: 'Result of a test.' },
    },
  };
}

function print(cli: Cli, value: unknown): void {
  cli.stdout.write(`${toJson(value, 0)}\n`);
}

async function readAll({ stdin }: Cli): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk as Buffer));
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
}
