import { EventEmitter } from 'eventemitter3';
import { ServiceError } from '../errors/service-error.ts';
import { systemClock } from '../util/clock.ts';
import { toMs } from '../util/duration.ts';
import { createStateFile, type StateFile } from '../util/state-file.ts';
import { toError } from '../util/to-error.ts';
import type { RefusedWhy } from './beat.ts';
import { decodeBeat } from './codec.ts';
import { detectorOptions, checkReceiverOptions, type HeartbeatReceiverOptions } from './receiver-options.ts';
import { readRecords } from './records.ts';
import { SenderRegistry } from './sender-registry.ts';
import type { SenderRecord, SenderState } from './sender-state.ts';
import type { Listener } from './transports/listen.ts';

/** State of a sender. */
export interface HeartbeatSenderStatus {
  /** Name of the sender. */
  readonly id: string;
  /** `alive`, `lost` (overdue) or `ended` (its `stop` was called). */
  readonly state: SenderState;
  /** Time at which its last heartbeat was received. */
  readonly lastAt: Date;
  /** Process id of the sender. */
  readonly pid: number;
  /** Number of its last heartbeat; 1 is the first of a process. */
  readonly seq: number;
  /** Number of heartbeats that were never received, by gaps in their numbers. */
  readonly missed: number;
  /** Number of times that a new process continued under this id. */
  readonly restarts: number;
  /**
   * Data of the sender; `undefined` too when it was nested too deeply, or the payloads of all senders need too much
   * memory.
   */
  readonly payload: unknown;
  /** Process ids of two processes that send under this id; empty when one does. */
  readonly duplicates: readonly number[];
}

/** Events of a {@link HeartbeatReceiver}. */
export interface HeartbeatReceiverEvents {
  /** A sender is new, lost, alive again or ended. */
  change: (sender: HeartbeatSenderStatus, before: SenderState | undefined) => void;
  /** Two processes send under one id. Emitted once, until one of them is gone. */
  duplicate: (sender: HeartbeatSenderStatus) => void;
  /** A heartbeat was accepted. */
  beat: (sender: HeartbeatSenderStatus) => void;
  /** A heartbeat was refused. */
  refused: (error: ServiceError) => void;
  /** The state file or the folder could not be read or written. The receiver continues. */
  error: (error: Error) => void;
}

/** Receives heartbeats and reports overdue senders. Create it with `createHeartbeatReceiver`. */
export class HeartbeatReceiver extends EventEmitter<HeartbeatReceiverEvents> {
  readonly #options: HeartbeatReceiverOptions;
  readonly #registry: SenderRegistry;
  readonly #file: StateFile | undefined;
  #listeners: readonly Listener[] = [];
  #life: 'new' | 'open' | 'closed' = 'new';

  /** @internal */
  constructor(options: HeartbeatReceiverOptions) {
    super();
    this.#options = options;
    const { allow, clock = systemClock, stateFile } = options;
    this.#registry = new SenderRegistry({
      clock,
      detector: detectorOptions(options),
      replayWindowMs: toMs(options.replayWindow ?? '60s'),
      maxSenders: options.maxSenders ?? 20_000,
      allow: typeof allow === 'function' ? allow : allowed(allow),
      changed: (record, before) => {
        this.#changed(record, before);
      },
    });
    this.#file =
      stateFile === undefined
        ? undefined
        : createStateFile({
            path: stateFile,
            everyMs: toMs(options.saveEvery ?? '5s'),
            clock,
            state: () => ({ version: 1, senders: this.#registry.all() }),
            failed: (error) => this.emit('error', error),
          });
  }

  /** Addresses on which it listens: URLs, pipes, folders. For port 0, the port that it got. */
  get addresses(): readonly string[] {
    return this.#listeners.map(({ address }) => address);
  }

  /**
   * Reads the state file and begins to listen. Does nothing when it listens already.
   *
   * @throws ServiceError CLOSED after a close; the error of `listen` when a port or pipe is taken
   */
  async start(): Promise<void> {
    if (this.#life === 'open') return;
    if (this.#life === 'closed') throw new ServiceError('CLOSED', 'The heartbeat receiver was closed.');
    this.#life = 'open';
    this.#registry.restore(readRecords(await this.#file?.load()));
    try {
      for (const listen of this.#ways()) this.#listeners = [...this.#listeners, await listen()];
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Returns the state of one sender; `undefined` when it is unknown. */
  sender(id: string): HeartbeatSenderStatus | undefined {
    const record = this.#registry.get(id);
    return record && statusOf(record);
  }

  /** Returns the states of all known senders. */
  senders(): HeartbeatSenderStatus[] {
    return this.#registry.all().map(statusOf);
  }

  /** Removes a sender that isn't expected any more. @returns whether it was known */
  forget(id: string): boolean {
    this.#file?.touch();
    return this.#registry.forget(id);
  }

  /**
   * Accepts a heartbeat that was received in another way. Signed ones need the option `receiver`. @returns the reason
   * of a refusal, or `undefined`
   */
  take(line: string): RefusedWhy | undefined {
    const decoded = decodeBeat(line, this.#options.key);
    const refused =
      'refused' in decoded
        ? decoded.refused
        : this.#isForUs(decoded.beat.to)
          ? this.#registry.take(decoded.beat)
          : 'wrongReceiver';
    // Without a valid signature the id can't be trusted.
    const who = 'beat' in decoded ? decoded.beat.id : undefined;
    if (refused !== undefined) this.emit('refused', refusal(refused, who));
    return refused;
  }

  /** Stops listening and writes the state. Does nothing the second time. */
  async close(): Promise<void> {
    if (this.#life === 'closed') return;
    this.#life = 'closed';
    await Promise.all(this.#listeners.map((listener) => listener.close()));
    this.#registry.clear();
    await this.#file?.flush();
  }
  /** Same as `close`, for `await using`. */

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #isForUs(to: string | undefined): boolean {
    // The signature names the sender only: a heartbeat recorded at one receiver would be valid at another.
    if (to === undefined) return this.#options.key === undefined;
    const { receiver } = this.#options;
    return receiver === undefined ? this.#listeners.some(({ audience }) => audience === to) : receiver === to;
  }

  /** Each transport is loaded only where it is used. */
  *#ways(): Generator<() => Promise<Listener>> {
    const { http, pipe, folder, key, clock = systemClock } = this.#options;
    const take = (line: string): string | undefined => this.take(line);
    const failed = (error: unknown): void => void this.emit('error', toError(error));
    const everyMs = toMs(this.#options.pollEvery ?? '1s');
    if (http) yield async () => (await import('./transports/http-listener.ts')).listenHttp(http, take);
    if (pipe)
      yield async () => (await import('./transports/pipe-listener.ts')).listenPipe(pipe, take, key !== undefined);
    if (folder) {
      yield async () =>
        (await import('./transports/folder-listener.ts')).listenFolder(folder, everyMs, clock, take, failed);
    }
  }

  #changed(record: SenderRecord, before: SenderRecord | undefined): void {
    this.#file?.touch();
    const status = statusOf(record);
    if (record.state !== 'lost') this.emit('beat', status);
    if (record.state !== before?.state) this.emit('change', status, before?.state);
    if (record.duplicates.length > 0 && (before?.duplicates.length ?? 0) === 0) this.emit('duplicate', status);
  }
}

/**
 * Receives heartbeats over HTTP, a named pipe or files, and reports overdue senders. Nothing listens until `start`.
 *
 * @throws ServiceError INVALID_OPTIONS
 * @example
 * const receiver = createHeartbeatReceiver({ http: { port: 9200 }, key: config.heartbeatKey, stateFile: 'senders.json' });
 * receiver.on('change', ({ id, state }) => log.info(`${id} is ${state}`));
 * await receiver.start();
 *
 */
export function createHeartbeatReceiver(options: HeartbeatReceiverOptions): HeartbeatReceiver {
  checkReceiverOptions(options);
  return new HeartbeatReceiver(options);
}

function allowed(ids: readonly string[] | undefined): (id: string) => boolean {
  if (!ids) return () => true;
  const known = new Set(ids);
  return (id) => known.has(id);
}

function statusOf(record: SenderRecord): HeartbeatSenderStatus {
  const { id, state, lastAt, pid, seq, missed, restarts, payload, duplicates } = record;
  return { id, state, lastAt: new Date(lastAt), pid, seq, missed, restarts, payload, duplicates };
}

function refusal(why: RefusedWhy, sender: string | undefined): ServiceError {
  const from = sender === undefined ? '' : ` from "${sender}"`;
  return new ServiceError('HEARTBEAT_REFUSED', `A heartbeat${from} was refused: ${why}.`, {
    details: { why, ...(sender !== undefined && { sender }) },
  });
}
