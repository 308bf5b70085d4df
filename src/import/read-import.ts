import { existsSync, statSync } from 'node:fs';
import { win32 } from 'node:path';
import { ServiceError } from '../errors/service-error.ts';
import { parseCommandLine } from '../manager/index.ts';
import type { RegistryTree } from '../scm/registry-tree.ts';
import type { InstalledServiceConfig } from '../scm/service-config.ts';
import type { ImportPlan, ImportTool } from './import-plan.ts';
import type { ProgramFiles } from './node-program.ts';
import { programFiles } from './read/program-files.ts';
import { readSettingsFile, type ReadFileOptions } from './read/read-file.ts';
import { importNssm } from './tools/nssm.ts';
import { importShawl } from './tools/shawl.ts';
import { withInstalled } from './with-installed.ts';

/** The SCM and the registry, as far as an import reads them. */
export interface ImportMachine {
  /** Configuration of a service; `undefined`: there is none. */
  config(service: string): Promise<InstalledServiceConfig | undefined>;
  /** The key `Parameters` of a service; `undefined`: there is none. */
  parameters(service: string): Promise<RegistryTree | undefined>;
}

/**
 * Reads a service of another tool, by the name of the service or by its settings file. An installed service keeps what
 * the SCM holds of it.
 *
 * @throws ServiceError INVALID_OPTIONS for unknown services and files, and for programs that aren't Node.js
 */
export async function readImport(
  target: string,
  options: ReadFileOptions,
  machine: ImportMachine,
  files: ProgramFiles = programFiles,
): Promise<readonly ImportPlan[]> {
  if (isFile(target)) {
    const plans = await readSettingsFile(target, options, files);
    return Promise.all(plans.map(async (plan) => withInstalled(plan, await machine.config(plan.spec.name))));
  }
  const config = await machine.config(target);
  if (!config) throw invalid(`There is neither a file nor a service "${target}".`);
  return [withInstalled(await readService(config, options, machine, files), config)];
}

async function readService(
  config: InstalledServiceConfig,
  options: ReadFileOptions,
  machine: ImportMachine,
  files: ProgramFiles,
): Promise<ImportPlan> {
  const { file, args } = parseCommandLine(options.expand(config.imagePath));
  const program = win32.basename(file).toLowerCase();
  const tool = options.from ?? recognize(program, args);
  if (tool === 'shawl') return importShawl({ config, expand: options.expand }, files);
  if (tool === 'servy') {
    throw invalid(
      `Servy keeps the settings of "${config.name}" in its database. Export them, then import the file:\n` +
        `  servy-cli export --name="${config.name}" --config=json --path=${config.name}.json\n` +
        `  winsvc import ${config.name}.json`,
    );
  }
  if (tool === 'pm2') throw invalid('pm2 is imported from its ecosystem file or its dump.pm2: name the file.');
  if (tool !== 'winsw' && tool !== 'node-windows') {
    const parameters = await machine.parameters(config.name);
    const hasProgram = Object.keys(parameters?.values ?? {}).some((name) => /^Application$/i.test(name));
    if (parameters && hasProgram) return importNssm({ config, parameters, expand: options.expand }, files);
    if (tool === 'nssm') throw invalid(`"${config.name}" has no Parameters\\Application in the registry.`);
  }
  const settings = settingsFile(file, args);
  if (settings === undefined) {
    throw invalid(
      `"${config.name}" runs ${config.imagePath}, which is none of NSSM, srvany, WinSW, node-windows, Shawl and Servy.`,
    );
  }
  const [plan] = await readSettingsFile(settings, options, files);
  if (!plan) throw invalid(`${settings} has no service.`);
  return plan;
}

function recognize(program: string, args: readonly string[]): ImportTool | undefined {
  if (/^nssm.*\.exe$|^srvany(?:-ng)?\.exe$/.test(program)) return 'nssm';
  if (/^shawl.*\.exe$/.test(program) && args[0] === 'run') return 'shawl';
  return /^servy\.service.*\.exe$/.test(program) ? 'servy' : undefined;
}

/** Settings file of WinSW: named in the command line (version 3), or beside the program with its name. */
function settingsFile(file: string, args: readonly string[]): string | undefined {
  const named = args.find((arg) => /\.(?:xml|ya?ml)$/i.test(arg));
  const base = file.replace(/\.exe$/i, '');
  return [...(named === undefined ? [] : [named]), `${base}.xml`, `${base}.yml`, `${base}.yaml`].find(isFile);
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

function invalid(message: string): ServiceError {
  return new ServiceError('INVALID_OPTIONS', message);
}
