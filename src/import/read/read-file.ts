import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, resolve } from 'node:path';
import { isObject } from '../../errors/check-options.ts';
import { optionalPackage } from '../../errors/optional-package.ts';
import { ServiceError } from '../../errors/service-error.ts';
import { decodeText } from '../../util/structured-text/decode-text.ts';
import { parseJson } from '../../util/structured-text/parse-json.ts';
import { parseYaml } from '../../util/structured-text/parse-yaml.ts';
import type { ImportPlan, ImportTool } from '../import-plan.ts';
import type { ProgramFiles } from '../node-program.ts';
import { importNodeWindows, isNodeWindows } from '../tools/node-windows.ts';
import { importPm2 } from '../tools/pm2.ts';
import { importServy, readServy } from '../tools/servy.ts';
import { importWinsw } from '../tools/winsw.ts';
import { evaluateConfig } from './evaluate-config.ts';
import { readXml, type SettingElement, toElements } from './xml-tree.ts';

/** Ways to read a settings file. */
export interface ReadFileOptions {
  /** Tool of the file. Default: found by its content. */
  readonly from?: ImportTool | undefined;
  /** `true`: JavaScript may be evaluated. */
  readonly trust: boolean;
  /** Name of the block `env_<name>` of pm2. Default: none. */
  readonly environment?: string | undefined;
  /** Variables of this process. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Replaces `%NAME%`. */
  expand(text: string): string;
}

/** Longest settings file, in bytes: 4 MiB, which a dump of pm2 with many processes needs. */
const MAX_BYTES = 4 * 1_048_576;

/** Reads a settings file of another tool: one plan, or one for each app of pm2. @throws ServiceError INVALID_OPTIONS */
export async function readSettingsFile(
  path: string,
  options: ReadFileOptions,
  files: ProgramFiles,
): Promise<readonly ImportPlan[]> {
  const file = resolve(path);
  const folder = dirname(file);
  if (/^\.[cm]?[jt]s$/i.test(extname(file))) {
    if (!options.trust) {
      throw invalid(
        `${file} is JavaScript, which must be run to be read. If you trust it, add --trust: it then runs as you.`,
      );
    }
    return apps(await evaluateConfig(file, options.env), folder, false, options, files, file);
  }
  const text = await readText(file);
  if (/^\s*</.test(text)) return [fromXml(readXml(text, file), folder, options, files, file)];
  const value = await parse(file, text);
  const isApps = Array.isArray(value) || (isObject(value) && ('apps' in value || 'script' in value));
  if (options.from === 'pm2' || (options.from === undefined && isApps)) {
    return apps(value, folder, /\.pm2$|\.pm2\.bak$/i.test(basename(file)), options, files, file);
  }
  const [root] = toElements('service', value);
  if (!root || !isObject(value)) throw unknown(file);
  if (options.from === 'servy' || 'ExecutablePath' in value) return [importServy(readServy(root), files)];
  return [fromService(root, folder, options, files, file)];
}

async function readText(file: string): Promise<string> {
  let bytes: Buffer;
  try {
    if ((await stat(file)).size > MAX_BYTES) throw invalid(`${file} is longer than 4 MiB: that is no settings file.`);
    bytes = await readFile(file);
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw invalid(`${file} can't be read: ${(error as Error).message}`);
  }
  const decoded = decodeText(bytes);
  if ('problem' in decoded) throw invalid(`${file} ${decoded.problem}.`);
  return decoded.text;
}

/** Messages quote nothing of the file: it may hold a password. */
async function parse(file: string, text: string): Promise<unknown> {
  const { value, problems } = /^\.ya?ml$/i.test(extname(file))
    ? parseYaml(await optionalPackage('yaml', 'A settings file in YAML', () => import('yaml')), text)
    : parseJson(text);
  if (value !== undefined && problems.length === 0) return value;
  const lines = problems.map((problem) => `  - ${problem.line}:${problem.column} ${problem.message}`);
  throw invalid(`${file} can't be read:\n${lines.join('\n')}`);
}

function fromXml(
  root: SettingElement,
  folder: string,
  options: ReadFileOptions,
  files: ProgramFiles,
  file: string,
): ImportPlan {
  const isServy = options.from === 'servy' || root.name === 'ServiceDto';
  return isServy ? importServy(readServy(root), files) : fromService(root, folder, options, files, file);
}

/** WinSW and node-windows have files of the same form. */
function fromService(
  root: SettingElement,
  folder: string,
  { from, expand }: ReadFileOptions,
  files: ProgramFiles,
  file: string,
): ImportPlan {
  const source = { root, folder, expand };
  const isWinsw = root.name === 'service' && root.children.some(({ name }) => name.toLowerCase() === 'executable');
  if (!isWinsw || (from !== undefined && from !== 'winsw' && from !== 'node-windows')) throw unknown(file, from);
  if (isNodeWindows(source)) return importNodeWindows(source, files);
  if (from === 'node-windows') throw invalid(`${file} doesn't run the wrapper of node-windows: use --from winsw.`);
  return importWinsw(source, files);
}

function apps(
  value: unknown,
  folder: string,
  isDump: boolean,
  { environment }: ReadFileOptions,
  files: ProgramFiles,
  file: string,
): readonly ImportPlan[] {
  const list = Array.isArray(value) ? value : isObject(value) && Array.isArray(value['apps']) ? value['apps'] : [value];
  const plans = list.map((app: unknown) => {
    if (!isObject(app)) throw unknown(file, 'pm2');
    return importPm2({ app, folder, isDump: isDump || 'pm_exec_path' in app, environment }, files);
  });
  if (plans.length === 0) throw invalid(`${file} has no apps.`);
  const others = isObject(value) && !Array.isArray(value) && 'apps' in value ? Object.keys(value) : [];
  const dropped = others
    .filter((key) => key !== 'apps')
    .map((setting) => ({ setting, why: 'is no part of an app: winsvc does not deploy' }));
  return plans.map((plan, at) => (at === 0 ? { ...plan, dropped: [...plan.dropped, ...dropped] } : plan));
}

function unknown(file: string, from?: ImportTool): ServiceError {
  const wanted = from ?? 'WinSW, node-windows, pm2 or Servy';
  return invalid(`${file} is not a settings file of ${wanted}.`);
}

function invalid(message: string): ServiceError {
  return new ServiceError('INVALID_OPTIONS', message);
}
