/** Parameters of the Windows commands that the docs name, from Microsoft's pages. */

interface Tool {
  /** Page of Microsoft that names the parameters. */
  readonly page: string;
  /** Named parameters, each with what its value must look like; `undefined` for a switch. */
  readonly parameters: Readonly<Record<string, RegExp | undefined>>;
  /** Form of the words that are no parameter and no value of one. */
  readonly words?: RegExp;
}

const NETSECURITY = 'https://learn.microsoft.com/powershell/module/netsecurity/';
const MANAGEMENT = 'https://learn.microsoft.com/powershell/module/microsoft.powershell.management/';
const UTILITY = 'https://learn.microsoft.com/powershell/module/microsoft.powershell.utility/';
const CORE = 'https://learn.microsoft.com/powershell/module/microsoft.powershell.core/';
const COMMANDS = 'https://learn.microsoft.com/windows-server/administration/windows-commands/';
const TEXT = /^\S.*$/;
const FILE = /^(?:[A-Z]:\\|<|\.|[\w-]+\.)/;
/** `"NT SERVICE\Orders:(OI)(CI)M"`: an account or a SID, flags of inheritance, a simple right. */
const GRANT = /^(?:[\w .-]+\\[^:\\]+|\*S-1(?:-\d+)+|SYSTEM|Administrators):(?:\((?:OI|CI|IO|NP)\))*(?:F|M|RX|R|W|D|N)$/;

export const TOOLS: Readonly<Record<string, Tool>> = {
  'New-NetFirewallRule': {
    page: `${NETSECURITY}new-netfirewallrule`,
    parameters: {
      DisplayName: TEXT,
      Direction: /^(?:Inbound|Outbound)$/,
      Protocol: /^(?:TCP|UDP|Any|\d+)$/,
      LocalPort: /^\d+(?:-\d+)?$/,
      Profile: /^(?:Any|(?:Domain|Private|Public)(?:,(?:Domain|Private|Public))*)$/,
      Action: /^(?:Allow|Block)$/,
      Service: /^\w+$/,
      RemoteAddress: /^\d+(?:\.\d+){3}\/\d+$/,
    },
  },
  'Remove-NetFirewallRule': { page: `${NETSECURITY}remove-netfirewallrule`, parameters: { DisplayName: TEXT } },
  'Enable-NetFirewallRule': { page: `${NETSECURITY}enable-netfirewallrule`, parameters: { DisplayGroup: TEXT } },
  'Get-NetFirewallRule': { page: `${NETSECURITY}get-netfirewallrule`, parameters: {} },
  'Get-NetFirewallApplicationFilter': {
    page: `${NETSECURITY}get-netfirewallapplicationfilter`,
    parameters: { Program: /^\(Get-Command \w+\)\.Source$/ },
  },
  'Test-NetConnection': {
    page: 'https://learn.microsoft.com/powershell/module/nettcpip/test-netconnection',
    parameters: { Port: /^\d+$/ },
    words: /^[A-Z]+$/,
  },
  'Add-MpPreference': {
    page: 'https://learn.microsoft.com/powershell/module/defender/add-mppreference',
    parameters: { ExclusionPath: FILE },
  },
  'New-CIPolicyRule': {
    page: 'https://learn.microsoft.com/powershell/module/configci/new-cipolicyrule',
    parameters: { Level: /^(?:Hash|FileName|Publisher|FilePath)$/, DriverFilePath: FILE },
  },
  'New-AppLockerPolicy': {
    page: 'https://learn.microsoft.com/powershell/module/applocker/new-applockerpolicy',
    parameters: { RuleType: /^(?:Publisher|Hash|Path)$/ },
  },
  'Get-ChildItem': {
    page: `${MANAGEMENT}get-childitem`,
    parameters: { Recurse: undefined, Include: /^\*\.\w+(?:, \*\.\w+)*$/ },
  },
  'Get-Content': { page: `${MANAGEMENT}get-content`, parameters: { Raw: undefined }, words: FILE },
  'Set-Content': { page: `${MANAGEMENT}set-content`, parameters: {}, words: FILE },
  'ConvertFrom-Json': { page: `${UTILITY}convertfrom-json`, parameters: {} },
  'Select-Object': { page: `${UTILITY}select-object`, parameters: {}, words: /^(?:[\w, ]|<block>)+$/ },
  'Export-Csv': { page: `${UTILITY}export-csv`, parameters: { NoTypeInformation: undefined }, words: FILE },
  'Where-Object': { page: `${CORE}where-object`, parameters: { ne: TEXT, eq: TEXT }, words: /^\w+$|^<block>$/ },
  'ForEach-Object': { page: `${CORE}foreach-object`, parameters: {}, words: /^\w+$|^<block>$/ },
  icacls: {
    page: `${COMMANDS}icacls`,
    parameters: { grant: GRANT, 'inheritance:r': undefined, setowner: /^\*S-1(?:-\d+)+$/ },
    words: new RegExp(`${FILE.source}|${GRANT.source}`),
  },
  robocopy: { page: `${COMMANDS}robocopy`, parameters: { MIR: undefined, XD: /^\w+$/ }, words: FILE },
  signtool: {
    page: 'https://learn.microsoft.com/windows/win32/seccrypto/signtool',
    parameters: { fd: /^SHA256$/, tr: /^http:\/\/\S+$/, td: /^SHA256$/ },
    words: /^(?:sign|verify|\$_\.FullName|<koffi\.node>|[\w\\:.-]+\.(?:exe|dll|node))$/,
  },
  winget: {
    page: 'https://learn.microsoft.com/windows/package-manager/winget/install',
    parameters: {},
    words: /^install$|^OpenJS\.NodeJS\.LTS$/,
  },
  taskkill: { page: `${COMMANDS}taskkill`, parameters: { f: undefined, F: undefined, T: undefined, t: undefined } },
  sc: {
    page: `${COMMANDS}sc-create`,
    parameters: {},
    // Each value follows its option after a space.
    words: /^(?:create|failure|failureflag|start|queryex|stop|delete|\w+|(?:binPath|start|obj|reset|actions)=|.*)$/,
  },
};
