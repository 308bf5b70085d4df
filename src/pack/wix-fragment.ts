import { createHash } from 'node:crypto';
import type { PackedProgram } from './install-script.ts';
import type { Packed } from './pack-options.ts';

const WIX = 'http://wixtoolset.org/schemas/v4/wxs';
const UTIL = `${WIX}/util`;
/** Files that an MSI doesn't need: it installs the service itself. */
const LEFT_OUT = new Set([
  'install.cmd',
  'uninstall.cmd',
  'uninstall.mjs',
  'service.json',
  'service.wxs',
  'winsvc-pack.json',
]);

/**
 * WiX source (versions 4 and later) that installs the packed folder into the directory `INSTALLFOLDER` of your package,
 * and the service with it: start at boot, restart after failures, stop and removal at the uninstall. Build it in the
 * packed folder, with the extension WixToolset.Util.wixext.
 *
 * Source: https://docs.firegiant.com/wix/schema/wxs/serviceinstall/
 */
export function toWixFragment({ name, bundle, hasVerbs, usesWinsvc }: PackedProgram, files: Packed['files']): string {
  const shipped = files.map(({ path }) => path).filter((path) => !LEFT_OUT.has(path));
  const folders = [...new Set(shipped.map(folderOf))].sort();
  const preload =
    usesWinsvc || !shipped.includes(HOST) ? '' : `"--require=[INSTALLFOLDER]${HOST.replaceAll('/', '\\')}" `;
  const args = `${preload}"[INSTALLFOLDER]${bundle}"${hasVerbs ? ' run' : ''}`;
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<Wix xmlns="${WIX}" xmlns:util="${UTIL}">`,
    '  <Fragment>',
    '    <ComponentGroup Id="ServiceFiles">',
    ...folders.flatMap((folder) => component(folder, shipped, { name, args })),
    '    </ComponentGroup>',
    '  </Fragment>',
    '</Wix>',
    '',
  ].join('\n');
}
/** File of winsvc that hosts a program which knows nothing of services. */
const HOST = 'node_modules/winsvc/dist/hosted.cjs';

interface Service {
  readonly name: string;
  readonly args: string;
}

/** One component for each file of a folder; that of node.exe has the service. */
function component(folder: string, shipped: readonly string[], service: Service): string[] {
  const own = shipped.filter((path) => folderOf(path) === folder && path !== 'node.exe');
  const place = folder === '' ? '' : ` Subdirectory="${attribute(folder.replaceAll('/', '\\'))}"`;
  const files = own.map((path) => [
    `      <Component Directory="INSTALLFOLDER"${place}>`,
    `        <File Id="${id('f', path)}" Source="${attribute(path.replaceAll('/', '\\'))}" KeyPath="yes" />`,
    '      </Component>',
  ]);
  return [...(folder === '' ? serviceComponent(service) : []), ...files.flat()];
}

function serviceComponent({ name, args }: Service): readonly string[] {
  const label = attribute(plain(name));
  return [
    '      <Component Directory="INSTALLFOLDER">',
    '        <File Id="NodeExe" Source="node.exe" KeyPath="yes" />',
    `        <ServiceInstall Id="Service" Name="${label}" DisplayName="${label}" Type="ownProcess" Start="auto"`,
    `            ErrorControl="normal" Vital="yes" Account="NT SERVICE\\${label}" Arguments="${attribute(args)}">`,
    '          <util:ServiceConfig FirstFailureActionType="restart" SecondFailureActionType="restart"',
    '              ThirdFailureActionType="restart" RestartServiceDelayInSeconds="10" ResetPeriodInDays="1" />',
    // A service that failed has reported it and stopped: for Windows that is no crash, unless this is set.
    '          <ServiceConfig OnInstall="yes" OnReinstall="yes" FailureActionsWhen="failedToStopOrReturnedError" />',
    '        </ServiceInstall>',
    `        <ServiceControl Id="ServiceControl" Name="${label}" Start="install" Stop="both" Remove="uninstall" Wait="yes" />`,
    '      </Component>',
  ];
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

/** Ids have letters, digits, underscores and dots only, and at most 72 characters. */
function id(prefix: string, path: string): string {
  return `${prefix}${createHash('sha256').update(path).digest('hex').slice(0, 32)}`;
}

/** Text in which Windows Installer finds no properties, which stand in square brackets. */
function plain(text: string): string {
  return text.replaceAll(/[[\]]/g, (bracket) => `[\\${bracket}]`);
}

/** Text of an attribute. */
function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
