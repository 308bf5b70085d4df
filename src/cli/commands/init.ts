import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { type Cli, type Command, EXIT } from '../command.ts';
import { shellCommand } from '../output/shell-quote.ts';
import { UsageError } from '../input/usage-error.ts';
import { readManifest } from '../../hosting/install/manifest.ts';

interface Template {
  /** Folder in examples/. */
  readonly example: string;
  /** Names in the example, which the name of the folder replaces. */
  readonly names?: readonly string[];
  /** Commands between `npm install` and `install`. */
  readonly build?: string;
  /** Script to install. */
  readonly script: string;
}

const TEMPLATES = {
  plain: { example: 'plain', names: ['WinsvcPlain', 'winsvc plain example'], script: 'service.js' },
  express: { example: 'express-app', names: ['WinsvcExpress', 'winsvc Express example'], script: 'main.js' },
  watchdog: { example: 'heartbeat-watchdog', script: 'main.js' },
  typescript: {
    example: 'typescript',
    names: ['WinsvcTypeScript', 'winsvc TypeScript example'],
    build: 'npm run build',
    script: 'dist/service.js',
  },
} as const satisfies Record<string, Template>;

export const init: Command = {
  name: 'init',
  summary: 'Copy a working service into a folder.',
  details: `Existing files are never overwritten. An existing package.json is kept: missing dependencies and scripts are
added to it. The service gets the name of the folder.`,
  positionals: [{ name: 'folder', help: 'Where to put it. Default: this folder.', optional: true }],
  options: {
    template: {
      type: 'text',
      short: 't',
      value: 'NAME',
      help: `${Object.keys(TEMPLATES).join(', ')}. Default plain.`,
    },
  },
  examples: [
    ['init', 'the smallest service, in this folder'],
    ['init orders --template express', 'an Express app as a service, in the folder orders'],
  ],
  async run(cli, args) {
    const name = args.oneOf('template', Object.keys(TEMPLATES) as (keyof typeof TEMPLATES)[]) ?? 'plain';
    const template: Template = TEMPLATES[name];
    const folder = resolve(args.positionals[0] ?? '.');
    const packageDir = cli.packageDir();
    if (packageDir === undefined)
      throw new UsageError(
        'init copies an example of the package winsvc, which is not installed here: npm install winsvc.',
      );
    const source = join(packageDir, 'examples', template.example);
    const files = await filesOf(source);
    const taken = files.filter((file) => file !== 'package.json' && existsSync(join(folder, file)));
    if (taken.length > 0) throw new UsageError(`${folder} has these files already: ${taken.join(', ')}.`);
    // Before a file is copied: a mistake in it ends this with nothing done.
    if (existsSync(join(folder, 'package.json'))) readManifest(folder);
    await mkdir(folder, { recursive: true });
    for (const file of files) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      if (file !== 'package.json')
        await copyRenamed(join(source, file), join(folder, file), template, basename(folder));
    }
    await writeManifest(cli, source, folder);
    const next = nextSteps(cli, folder, template);
    cli.out.result({ folder, template: name, files, next }, () =>
      [
        `${name} is in ${folder}: ${files.join(', ')}`,
        'Next, the last one in an elevated terminal:',
        ...next.map((line) => `  ${line}`),
        '',
      ].join('\n'),
    );
    return EXIT.done;
  },
};

/** Files of an example, relative to it. What was installed or built in it stays behind. */
async function filesOf(source: string): Promise<string[]> {
  const entries = await readdir(source, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(source, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((file) => !/(?:^|\/)(?:node_modules|dist)\//.test(file))
    .sort();
}

/** Names that need neither quotes in a shell nor escapes in the source. */
const SERVICE_NAME = /^[A-Za-z0-9][\w.-]{0,79}$/;

const TEXT = /\.(?:[cm]?[jt]s|json|md|ya?ml|html|css)$/;

/** Copies a file; a text gets the name of the new service, and links to the docs that come with the package. */
async function copyRenamed(from: string, to: string, { names = [] }: Template, folder: string): Promise<void> {
  if (!TEXT.test(from)) return copyFile(from, to);
  let text = (await readFile(from, 'utf8')).replaceAll('../../docs/', 'node_modules/winsvc/docs/');
  const service = SERVICE_NAME.test(folder) ? folder : packageName(folder);
  for (const name of names) text = text.replaceAll(name, service);
  await writeFile(to, text, { flag: 'wx' });
}

type Manifest = Record<string, unknown> & Partial<Record<'dependencies' | 'devDependencies' | 'scripts', object>>;

/** Writes the package.json, or adds to the one that is there what it lacks. */
async function writeManifest({ version }: Cli, source: string, folder: string): Promise<void> {
  const theirs = join(folder, 'package.json');
  const template = JSON.parse(await readFile(join(source, 'package.json'), 'utf8')) as Manifest;
  const dependencies = { ...template.dependencies, winsvc: `^${version}` };
  const own: Manifest = { ...template, name: packageName(basename(folder)), dependencies };
  const there: Manifest = existsSync(theirs) ? { ...readManifest(folder) } : {};
  const merged: Manifest = { ...own, ...there };
  for (const key of ['dependencies', 'devDependencies', 'scripts'] as const)
    if (own[key] ?? there[key]) merged[key] = { ...own[key], ...there[key] };
  // The files are ES modules; a package.json of `npm init -y` says commonjs without anyone having chosen it.
  merged['type'] = 'module';
  await writeFile(theirs, `${JSON.stringify(merged, null, 2)}\n`);
}

function packageName(folder: string): string {
  return (
    folder
      .toLowerCase()
      .replaceAll(/[^a-z0-9-]+/g, '-')
      .replaceAll(/^-+|-+$/g, '') || 'my-service'
  );
}

function nextSteps(cli: Cli, folder: string, { build, script }: Template): string[] {
  const here = relative(process.cwd(), folder);
  const cd = here === '' ? undefined : (shellCommand('cd', here) ?? `cd ${folder}`);
  const install = `${cli.program} install ${script} --now`;
  return [cd, 'npm install', build, install].filter((line) => line !== undefined);
}
