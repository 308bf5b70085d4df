import type { MessageAnswer, MessageButtons, MessageStyle } from 'winsvc/session';
import { ServiceError } from '../../errors/service-error.ts';
import type { UserMessage } from '../../scm/sessions.ts';
import type { Clock } from '../../util/clock.ts';
import { createDeferred } from '../../util/deferred.ts';

/** Answers of each set of buttons. A box with one button, or with Cancel, can be closed by its corner too. */
const ALLOWED: Readonly<Record<MessageButtons, readonly MessageAnswer[]>> = {
  ok: ['ok'],
  okCancel: ['ok', 'cancel'],
  abortRetryIgnore: ['abort', 'retry', 'ignore'],
  yesNoCancel: ['yes', 'no', 'cancel'],
  yesNo: ['yes', 'no'],
  retryCancel: ['retry', 'cancel'],
  cancelTryContinue: ['cancel', 'tryAgain', 'continue'],
};

/** Message box of the mocked machine. */
export class MockMessage {
  /** Number of the session. */
  readonly session: number;
  /** Title of the box. */
  readonly title: string;
  /** Text of the box. */
  readonly text: string;
  /** Buttons of the box. */
  readonly buttons: MessageButtons;
  /** Icon of the box. */
  readonly style: MessageStyle;
  /** Time after which the box closes by itself, in seconds. 0: never. */
  readonly timeoutSeconds: number;
  /** `true`: the sender waits for the answer. */
  readonly wait: boolean;
  readonly #done = createDeferred<MessageAnswer>();
  readonly #cancelTimeout: (() => void) | undefined;
  #open: boolean;

  /** @internal */
  constructor(session: number, message: UserMessage, clock: Clock) {
    this.session = session;
    this.title = message.title;
    this.text = message.text;
    this.buttons = message.buttons;
    this.style = message.style;
    this.timeoutSeconds = message.timeoutSeconds;
    this.wait = message.wait;
    this.#open = message.wait;
    if (!message.wait) this.#done.resolve('async');
    else if (message.timeoutSeconds > 0)
      this.#cancelTimeout = clock.setTimeout(() => {
        this.#close('timeout');
      }, message.timeoutSeconds * 1_000);
  }

  /** `true` while a caller waits for the answer. */
  get open(): boolean {
    return this.#open;
  }

  /**
   * Presses a button.
   *
   * @throws ServiceError MOCK_MISUSE when the box has no such button, or was answered already.
   */
  answer(answer: MessageAnswer): void {
    const allowed = ALLOWED[this.buttons];
    if (!allowed.includes(answer))
      throw new ServiceError(
        'MOCK_MISUSE',
        `The message "${this.title}" has no button ${answer}; it has: ${allowed.join(', ')}.`,
      );
    if (!this.#open)
      throw new ServiceError('MOCK_MISUSE', `The message "${this.title}" was answered already, or its wait has ended.`);
    this.#close(answer);
  }

  /** @internal The session has ended under it. */
  dismiss(): void {
    this.#close('cancel');
  }

  /** @internal */
  answered(signal: AbortSignal | undefined): Promise<MessageAnswer> {
    const aborted = createDeferred<never>();
    const abort = (): void => {
      this.#open = false;
      this.#cancelTimeout?.();
      aborted.reject(signal?.reason as Error);
    };
    signal?.addEventListener('abort', abort, { once: true });
    return Promise.race([this.#done.promise, aborted.promise]).finally(() => {
      signal?.removeEventListener('abort', abort);
    });
  }

  #close(answer: MessageAnswer): void {
    this.#open = false;
    this.#cancelTimeout?.();
    this.#done.resolve(answer);
  }
}
