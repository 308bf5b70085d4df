import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { ServiceError } from '../../../errors/service-error.ts';
import type { ProcessWatch, ScmClient, StatusSubscription } from '../../../scm/scm-client.ts';
import { findPackageFile } from '../../../util/package-files.ts';
import { fromPlainError, type RemoteMethod, type ScmAnswer, type ScmRequest } from './messages.ts';

const FILE = 'scm-process.cjs';

/** Finds the program of the process. */
export const findScmProcess = (): string | undefined => findPackageFile(FILE);
/** A start returns when the service has connected, a control when it has answered: the SCM waits 30 s for either. */
const SCM_LIMIT_MS = 35_000;

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Client of the SCM of another machine in a separate process. A call without an answer in time ends that process, so
 * that it blocks no thread of this one.
 */
export class ProcessScmClient implements ScmClient {
  readonly machine: string;
  readonly supportsNotify = false;
  readonly #timeoutMs: number;
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  #supportsStopReason = false;
  #count = 0;
  #ended: Error | undefined;

  private constructor(machine: string, timeoutMs: number, file: string | undefined) {
    this.machine = machine;
    this.#timeoutMs = timeoutMs;
    this.#child = startProcess(machine, file);
    this.#child.on('message', (answer) => this.#take(answer as ScmAnswer));
    this.#child.on('error', (error) => this.#end(error));
    this.#child.on('exit', (code) => this.#end(new Error(`the process for ${machine} ended with ${code}`)));
  }

  /**
   * @param timeoutMs longest time for an answer
   * @param file program of the process; `undefined`: it isn't beside the package
   * @throws ServiceError FILES_MISSING, MACHINE_TIMEOUT
   */
  static async open(machine: string, timeoutMs: number, file: string | undefined): Promise<ProcessScmClient> {
    const client = new ProcessScmClient(machine, timeoutMs, file);
    client.#supportsStopReason = (await client.#wait(0, timeoutMs)) as boolean;
    return client;
  }

  get supportsStopReason(): boolean {
    return this.#supportsStopReason;
  }

  create: ScmClient['create'] = (...args) => this.#call('create', args);
  delete: ScmClient['delete'] = (...args) => this.#call('delete', args);
  start: ScmClient['start'] = (...args) => this.#call('start', args, SCM_LIMIT_MS);
  control: ScmClient['control'] = (...args) => this.#call('control', args, SCM_LIMIT_MS);
  status: ScmClient['status'] = (...args) => this.#call('status', args);
  readConfig: ScmClient['readConfig'] = (...args) => this.#call('readConfig', args);
  change: ScmClient['change'] = (...args) => this.#call('change', args);
  list: ScmClient['list'] = (...args) => this.#call('list', args);
  dependents: ScmClient['dependents'] = (...args) => this.#call('dependents', args);
  displayNameOf: ScmClient['displayNameOf'] = (...args) => this.#call('displayNameOf', args);
  nameOf: ScmClient['nameOf'] = (...args) => this.#call('nameOf', args);
  grantServiceLogon: ScmClient['grantServiceLogon'] = (...args) => this.#call('grantServiceLogon', args);
  accountSid: ScmClient['accountSid'] = (...args) => this.#call('accountSid', args);

  release(): void {
    // Over the network no handle is kept.
  }

  processEnd(): ProcessWatch {
    // A process of another machine can't be watched: STOPPED is enough there.
    return { ended: () => true, denied: false, close: () => undefined };
  }

  subscribe(): Promise<StatusSubscription> {
    return Promise.resolve({ live: false, next: () => Promise.resolve(undefined), close: () => undefined });
  }

  async nextChange(_name: string, ms: number, signal: AbortSignal | undefined): Promise<void> {
    await delay(ms, undefined, signal ? { signal } : {}).catch((error: unknown) => {
      if (!signal?.aborted) throw error;
    });
  }

  close(): Promise<void> {
    this.#end(new ServiceError('CLOSED', 'This service manager is closed. Open another one.'));
    return Promise.resolve();
  }

  #call<T>(method: RemoteMethod, args: readonly unknown[], atLeastMs = 0): Promise<T> {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = ++this.#count;
    const answer = this.#wait(id, Math.max(this.#timeoutMs, atLeastMs));
    const request: ScmRequest = { id, method, args };
    this.#child.send(request, (error) => {
      if (error) this.#end(error);
    });
    return answer as Promise<T>;
  }

  #wait(id: number, ms: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#end(noAnswer(this.machine, ms)), ms);
      this.#pending.set(id, { resolve, reject, timer });
    });
  }

  #take({ id, result, error }: ScmAnswer): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    clearTimeout(pending.timer);
    if (error) pending.reject(fromPlainError(error));
    else pending.resolve(result);
  }

  /** Ends the process and every call. */
  #end(error: Error): void {
    if (this.#ended) return;
    this.#ended = error;
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.#pending.clear();
    this.#child.kill('SIGKILL');
  }
}

function startProcess(machine: string, path: string | undefined): ChildProcess {
  if (path === undefined)
    throw new ServiceError(
      'FILES_MISSING',
      `The file ${FILE} of winsvc is missing: a bundler doesn't take it along. Copy node_modules/winsvc/dist/*.cjs into the folder of the bundle, or keep winsvc out of it (external). See docs/bundling.md.`,
      { details: { file: FILE } },
    );
  // Without the options of this process's Node: the port of a debugger, for example, is in use.
  const child = fork(path, [machine], {
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  child.unref();
  child.channel?.unref();
  return child;
}

function noAnswer(machine: string, ms: number): ServiceError {
  return new ServiceError(
    'MACHINE_TIMEOUT',
    `Machine ${machine} gave no answer within ${Math.round(ms / 1_000)} s. Is it running, and does its firewall let Remote Service Management through?`,
    { details: { machine } },
  );
}
