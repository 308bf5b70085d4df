// @ts-check
/**
 * The least service there can be: raw koffi, nothing of the library. When it works, the rig works.
 * Arguments: the folder whose node_modules has koffi, a file to write what ServiceMain was given to.
 */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [, , modulesDir = '.', reportFile = ''] = process.argv;
/** @type {typeof import('koffi')} */
const koffi = createRequire(join(modulesDir, 'package.json'))('koffi');
const advapi32 = koffi.load('advapi32.dll');
const kernel32 = koffi.load('kernel32.dll');

const RegisterServiceCtrlHandlerExW = advapi32.func(
  'void *RegisterServiceCtrlHandlerExW(str16 name, void *handler, void *context)',
);
const SetServiceStatus = advapi32.func('int SetServiceStatus(void *handle, void *status)');
const CreateThread = kernel32.func(
  'void *CreateThread(void *security, size_t stack, void *start, void *parameter, uint32_t flags, void *id)',
);
const WaitForSingleObject = kernel32.func('uint32_t WaitForSingleObject(void *handle, uint32_t ms)');

const State = { stopped: 1, stopPending: 3, running: 4 };
const Control = { stop: 1, interrogate: 4 };
const ACCEPT_STOP = 1;
const ERROR_CALL_NOT_IMPLEMENTED = 120;

/** @type {unknown} */
let handle = null;

/** @param {number} state @param {number} [exitCode] */
function report(state, exitCode = 0) {
  const accepts = state === State.running ? ACCEPT_STOP : 0;
  return SetServiceStatus(
    handle,
    new Uint32Array([0x10, state, accepts, exitCode, 0, 0, state === State.stopPending ? 5000 : 0]),
  );
}

// Callbacks must always return a number, and must never be unregistered while the SCM may call them.
const handler = koffi.register(
  (/** @type {number} */ control) => {
    if (control === Control.interrogate) return 0;
    // 128 is the self-check's own: proves that a user-defined control gets through.
    if (control === 128) return 0;
    if (control !== Control.stop) return ERROR_CALL_NOT_IMPLEMENTED;
    report(State.stopPending);
    // Long enough for a poll of the status to see it.
    setTimeout(stop, 20);
    return 0;
  },
  koffi.pointer(koffi.proto('uint32_t __stdcall (uint32_t control, uint32_t type, void *data, void *context)')),
);

const serviceMain = koffi.register(
  (/** @type {number} */ count, /** @type {bigint} */ argv) => {
    const args = /** @type {string[]} */ (koffi.decode(argv, 'str16', count));
    handle = RegisterServiceCtrlHandlerExW(args[0] ?? '', handler, null);
    writeFileSync(
      reportFile,
      JSON.stringify({
        args,
        node: process.version,
        leaked: Object.keys(process.env).filter((key) => /^npm_|^NODE_OPTIONS$/i.test(key)),
      }),
    );
    report(State.running);
  },
  koffi.pointer(koffi.proto('void __stdcall (uint32_t count, void *argv)')),
);

// SERVICE_TABLE_ENTRYW twice, the second all NULL; the SCM keeps it, so it can't be JavaScript's memory.
const name = koffi.alloc('char16_t', 1);
const table = koffi.alloc('uint64_t', 4);
koffi.encode(name, 'char16_t', 0);
koffi.encode(table, koffi.array('uint64_t', 4), [koffi.address(name), koffi.address(serviceMain), 0n, 0n]);
const dispatcher = CreateThread(null, 0, advapi32.symbol('StartServiceCtrlDispatcherW'), table, 0, null);

// A registered callback doesn't keep the process alive.
const alive = setInterval(() => {}, 60_000);

function stop() {
  clearInterval(alive);
  report(State.stopped);
  // A native thread that is still in a callback at exit aborts Node.
  WaitForSingleObject(dispatcher, 5000);
  process.exit(0);
}
