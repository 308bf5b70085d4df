import * as z from 'zod/mini';
import { checkOptions } from '../../errors/check-options.ts';
import { type Duration, formatMs, toMs } from '../../util/duration.ts';
import { httpHeaders, httpUrl, interval } from '../../util/option-types.ts';
import { toError } from '../../util/to-error.ts';
import type { NoticeMessage, Notifier } from './notice.ts';
import { post } from './post.ts';

/** Options of `pingNotifier`. */
export interface PingNotifierOptions {
  /**
   * Ping URL of a check, such as `'https://hc-ping.com/UUID'`. It works like a password, so errors show its host only.
   */
  readonly url: string | URL;
  /** Time between two pings. Default 1 min. Give the check a longer period at the service. */
  readonly every?: Duration;
  /** More headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

const schema = z.strictObject({ url: httpUrl, every: z.optional(interval), headers: z.optional(httpHeaders) });
const TIMEOUT_MS = 10_000;
/** Number of bytes of the body that services keep. https://healthchecks.io/docs/attaching_logs/ */
const MAX_BODY = 10_000;

/**
 * Pings a dead-man's switch, at healthchecks.io or a service with the same URLs: it raises the alarm when the watchdog,
 * or its machine, has stopped. `URL/start` when the watchdog starts, `URL` as long as it runs, `URL/fail` with the
 * notices when it gave up on a target or an action failed, `URL/log` with other notices. Until these targets work again
 * the regular ping is `URL/log` too.
 *
 * Source: https://healthchecks.io/docs/http_api/
 *
 * @throws ServiceError INVALID_OPTIONS
 * @example
 * pingNotifier({ url: config.pingUrl, every: '5m' })
 *
 */
export function pingNotifier(options: PingNotifierOptions): Notifier {
  checkOptions('pingNotifier', schema, options);
  const { every = '1m', headers = {} } = options;
  const everyMs = toMs(every);
  const down = new Set<string>();
  const ending = new AbortController();
  let cancel: (() => void) | undefined;
  const send = (path: '' | 'start' | 'fail' | 'log', body: string, signal: AbortSignal): Promise<string> => {
    const url = new URL(options.url);
    if (path) url.pathname = `${url.pathname.replace(/\/+$/, '')}/${path}`;
    const type = { 'Content-Type': 'text/plain; charset=utf-8' };
    return post({ to: 'the ping URL', url, headers: { ...type, ...headers }, body: body.slice(0, MAX_BODY) }, signal);
  };
  return {
    name: 'ping',
    start({ clock, failed }) {
      const ping = async (path: '' | 'start' | 'log', body = ''): Promise<void> => {
        const late = new AbortController();
        const stop = (): void => {
          late.abort(ending.signal.reason);
        };
        const cancelLate = clock.setTimeout(() => {
          late.abort(new Error(`no answer within ${formatMs(TIMEOUT_MS)}`));
        }, TIMEOUT_MS);
        ending.signal.addEventListener('abort', stop);
        try {
          await send(path, body, late.signal);
        } catch (thrown) {
          if (!ending.signal.aborted) failed(toError(thrown));
        } finally {
          cancelLate();
          ending.signal.removeEventListener('abort', stop);
        }
      };
      const regular = (): Promise<void> =>
        down.size === 0 ? ping('') : ping('log', `not working: ${[...down].join(', ')}`);
      const arm = (): void => {
        cancel = clock.setTimeout(() => {
          void regular();
          arm();
        }, everyMs);
      };
      // A start without a success soon after counts as a run that is late.
      void ping('start').then(regular);
      arm();
    },
    async notify(message, signal) {
      const { notices } = message;
      const before = down.size;
      for (const { kind, target } of notices) {
        if (kind === 'gaveUp' || kind === 'actionFailed') down.add(target);
        if (kind === 'recovered') down.delete(target);
      }
      if (message.severity === 'error') await send('fail', textOf(message), signal);
      else await send('log', textOf(message), signal);
      if (down.size === 0 && (before > 0 || message.severity === 'error')) await send('', '', signal);
    },
    close() {
      cancel?.();
      ending.abort(new Error('the watchdog was closed'));
    },
  };
}

function textOf({ subject, text }: NoticeMessage): string {
  return `${subject}\n${text}\n`;
}
