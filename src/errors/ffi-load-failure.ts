/** Why an FFI library couldn't be loaded, and what to do. */
export interface FfiLoadFailure {
  readonly kind: 'package' | 'binary' | 'policy' | 'antivirus' | 'architecture' | 'dependency' | 'access' | 'unknown';
  readonly advice: string;
}

interface LoadError {
  readonly code?: unknown;
  readonly message: string;
}

/**
 * Texts of LoadLibrary in English, which is all that Node passes on; in other languages the kind stays `unknown`, whose
 * advice names every cause.
 *
 * Source: https://learn.microsoft.com/windows/win32/debug/system-error-codes
 */
const TEXTS: readonly (readonly [RegExp, FfiLoadFailure['kind']])[] = [
  [/Application Control policy has blocked/i, 'policy'], // 4551
  [/cannot verify the digital signature/i, 'policy'], // 577
  [/blocked by group policy/i, 'policy'], // 1260
  [/virus or potentially unwanted/i, 'antivirus'], // 225
  [/not a valid Win32 application|wrong ELF class|invalid ELF header/i, 'architecture'], // 193
  [/specified (?:module|procedure) could not be found/i, 'dependency'], // 126, 127
  [/access is denied/i, 'access'], // 5
];

/** Explains the error of loading koffi. @param binary the package of koffi's binary for this platform */
export function explainFfiFailure(error: LoadError, binary: string): FfiLoadFailure {
  const kind = kindOf(error, binary);
  return { kind, advice: adviceFor(kind, binary) };
}

function kindOf({ code, message }: LoadError, binary: string): FfiLoadFailure['kind'] {
  if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND')
    return message.includes(binary) ? 'binary' : 'package';
  if (/native Koffi module/i.test(message)) return 'binary';
  return TEXTS.find(([text]) => text.test(message))?.[1] ?? 'unknown';
}

function adviceFor(kind: FfiLoadFailure['kind'], binary: string): string {
  switch (kind) {
    case 'package':
    case 'binary':
      return `Run "npm install koffi" on this machine; when node_modules was copied from another system, install the binary with "npm install ${binary}".`;
    case 'policy':
      return `A policy of this machine allows only signed or listed files (Smart App Control, App Control, AppLocker), and the binary of koffi is not signed. Allow ${binary} by its hash, or sign it: see docs/troubleshooting.md, 4551.`;
    case 'antivirus':
      return `The virus scanner blocked the binary of koffi. Restore it from quarantine, exclude the folder of ${binary}, then reinstall it.`;
    case 'architecture':
      return `The binary of koffi is for another architecture than this Node. Run "npm install --force ${binary}" with the node.exe that the service uses.`;
    case 'dependency':
      return `A file that the binary of koffi needs is missing. Run "npm install --force koffi", and install the current updates of Windows.`;
    case 'access':
      return `This account may not read the binary of koffi. Give it read access to the folder of ${binary}.`;
    case 'unknown':
      return `Check in this order: a policy that allows only signed files (docs/troubleshooting.md, 4551), the virus scanner, the architecture of node.exe, and "npm install --force koffi".`;
  }
}
