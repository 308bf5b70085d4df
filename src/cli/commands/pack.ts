import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MARK } from '../../pack/pack-options.ts';
import { PACK_ARCHITECTURES } from '../../pack/pack-options.ts';
import { type Cli, type Command, EXIT } from '../command.ts';
import type { Arguments } from '../input/arguments.ts';
import { namedTarget } from '../input/host-program.ts';
import { defaultName } from '../input/program-options.ts';
import { UsageError } from '../input/usage-error.ts';

const MIB = 1_048_576;

export const pack: Command = {
  name: 'pack',
  summary: 'Pack a program into a folder that runs without Node and npm.',
  details: `Writes a folder with the program as one file, node.exe, winsvc, the binary of koffi, install.cmd and uninstall.cmd.
Copy it to a machine and run install.cmd in an elevated prompt.

Needs the package esbuild. On Windows, node.exe is the one that runs now; elsewhere, name one with --node.`,
  positionals: [{ name: 'entry', help: 'Script of the program, or a folder with a package.json.' }],
  options: {
    out: { type: 'text', value: 'FOLDER', help: 'Folder to write. Default: packed, in the current folder.' },
    name: { type: 'text', value: 'NAME', help: 'Name of the service. Default: as for install.' },
    node: { type: 'text', value: 'FILE', help: 'node.exe of the target.' },
    layout: { type: 'text', value: 'LAYOUT', help: 'folder (default), or sea: one exe.' },
    sea: { type: 'flag', help: 'One exe, as --layout sea. Needs Node 22 or later.' },
    'sea-node': {
      type: 'text',
      value: 'FILE',
      help: 'Node.js of the version of --node that runs on this system. Not needed on Windows.',
    },
    external: { type: 'list', value: 'PACKAGE', help: 'Package that stays outside of the bundle; it is copied.' },
    asset: { type: 'list', value: 'PATH', help: 'File or folder to copy, relative to the script: views, public.' },
    minify: { type: 'flag', help: 'Minify the bundle.' },
    wix: { type: 'flag', help: 'Write service.wxs too, a WiX source for an MSI.' },
  },
  examples: [
    ['pack {script}', 'into the folder packed'],
    ['pack {script} --asset public --external sharp --out build\\orders', 'with files and a package of native code'],
    ['pack {script} --node node-v22\\node.exe --wix', 'on another system, and for an MSI'],
  ],
  async run(cli, args) {
    const sea = args.flag('sea') || args.oneOf('layout', ['folder', 'sea']) === 'sea';
    if (sea && args.flag('wix')) throw new UsageError('--wix is for the layout folder: an MSI has many files anyway.');
    if (!sea && args.flag('sea-node')) throw new UsageError('--sea-node is for --sea.');
    const target = namedTarget(args);
    const entry = scriptOf(target.path);
    const { node, arch } = await nodeOf(cli, args);
    const packageDir = cli.packageDir();
    if (packageDir === undefined) throw new UsageError('pack needs the package winsvc: npm install winsvc.');
    const { packProgram } = await import('../../pack/pack-program.ts');
    const packed = await packProgram({
      entry,
      node,
      arch,
      out: resolve(args.text('out') ?? 'packed'),
      name: args.text('name') ?? target.name ?? defaultName(entry),
      packageDir,
      external: args.list('external'),
      assets: args.list('asset'),
      minify: args.flag('minify'),
      sea,
      seaNode: args.text('sea-node') ?? (process.platform === 'win32' ? undefined : process.execPath),
      wix: args.flag('wix'),
    });
    for (const warning of packed.warnings) cli.out.note(warning);
    const bytes = packed.files.reduce((sum, file) => sum + file.bytes, 0);
    // The mark isn't part of the program.
    const count = packed.files.filter(({ path }) => path !== MARK).length;
    const files = count === 1 ? '1 file' : `${count} files`;
    cli.out.result(
      { ...packed, bytes },
      () => `${entry} is packed into ${packed.out} (${files}, ${Math.ceil(bytes / MIB)} MiB)\n`,
    );
    const what = packed.exe !== undefined && count === 1 ? 'file' : 'folder';
    const command = packed.exe === undefined ? 'install.cmd' : `${packed.exe} install --now`;
    cli.out.note(`Copy the ${what} to the machine, and run there, elevated: ${join(packed.out, command)}`);
    return EXIT.done;
  },
};

function scriptOf(path: string): string {
  const script = resolve(path);
  if (!existsSync(script) || !statSync(script).isFile()) throw new UsageError(`There is no file ${script}.`);
  if (!/\.[cm]?[jt]s$/i.test(script)) throw new UsageError(`${script} is not a script (.js, .mjs, .cjs, .ts).`);
  return script;
}

async function nodeOf(
  cli: Cli,
  args: Arguments,
): Promise<{ readonly node: string; readonly arch: (typeof PACK_ARCHITECTURES)[number] }> {
  const given = args.text('node');
  if (given === undefined && process.platform !== 'win32')
    throw new UsageError('On this system, --node must name the node.exe of the target.');
  const node = resolve(given ?? process.execPath);
  if (!existsSync(node)) throw new UsageError(`There is no file ${node}.`);
  const found = await (await cli.openProbe()).architecture(node);
  const arch = PACK_ARCHITECTURES.find((known) => known === found.value);
  if (arch === undefined)
    throw new UsageError(`${node} is not a node.exe for Windows (${PACK_ARCHITECTURES.join(', ')}).`);
  return { node, arch };
}
