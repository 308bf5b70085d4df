import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { ServiceError } from '../../errors/service-error.ts';

/** Time that a configuration file has. */
const LIMIT_MS = 10_000;
/** Longest result, in characters: 1 MiB. */
const MAX_CHARACTERS = 1_048_576;

/** Loads the file, and sends what it exports as JSON, without functions. */
const PROGRAM = `
const { default: value, ...named } = await import(process.argv[1]);
const result = value ?? named;
process.send(JSON.stringify(typeof result === 'function' ? await result() : result), () => process.exit(0));
`;

/**
 * Evaluates a JavaScript configuration file in a child process, and returns what it exports. The file can do whatever
 * this user can: call it only for files that the user trusts.
 *
 * @throws ServiceError INVALID_OPTIONS when the file throws, ends the process, takes longer than 10 s or exports more
 *   than 1 MiB
 */
export async function evaluateConfig(
  file: string,
  env: Readonly<Record<string, string | undefined>>,
  limitMs = LIMIT_MS,
): Promise<unknown> {
  const url = pathToFileURL(file).href;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', PROGRAM, url], {
    env: { ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    windowsHide: true,
    timeout: limitMs,
    killSignal: 'SIGKILL',
  });
  let message: unknown;
  let errors = '';
  child.once('message', (value) => (message = value));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors = `${errors}${text}`.slice(-4_096)));
  const [code, signal] = await new Promise<[number | null, string | null]>((done, reject) => {
    child.once('error', reject);
    child.once('close', (...ended) => {
      done(ended);
    });
  });
  if (signal !== null) throw failed(file, `took longer than ${limitMs / 1_000} s`);
  if (typeof message !== 'string') {
    const cause = /^\w*Error.*$/m.exec(errors)?.[0] ?? `ended with code ${code}`;
    throw failed(file, code === 0 ? 'exports nothing' : `failed: ${cause}`);
  }
  if (message.length > MAX_CHARACTERS) throw failed(file, 'exports more than 1 MiB');
  return JSON.parse(message) as unknown;
}

function failed(file: string, why: string): ServiceError {
  return new ServiceError('INVALID_OPTIONS', `${file} ${why}.`, { details: { file } });
}
