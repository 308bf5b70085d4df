import * as z from 'zod/mini';
import { checkOptions } from '../../errors/check-options.ts';
import { type Duration, toMs } from '../../util/duration.ts';
import { httpHeaders, httpUrl, interval } from '../../util/option-types.ts';
import type { Notice, Notifier } from './notice.ts';
import { post } from './post.ts';

/** Options of `alertmanagerNotifier`. */
export interface AlertmanagerNotifierOptions {
  /** URL of Alertmanager, with its path prefix if it has one: `'http://alertmanager:9093'`. */
  readonly url: string | URL;
  /** Labels for every alert, for its routes: `{ team: 'orders' }`. */
  readonly labels?: Readonly<Record<string, string>>;
  /** More headers, such as `Authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Time after which an alert ends without news, for example because the watchdog was uninstalled.
   * Default 1 d. An alert ends at once when its target works again.
   */
  readonly resolveAfter?: Duration;
}

/** Alert as Alertmanager takes it. */
interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
}

/** `failed` is a warning; `gaveUp` needs an operator. */
const ALERTS = {
  failed: { alertname: 'WinsvcTargetFailed', severity: 'warning' },
  gaveUp: { alertname: 'WinsvcTargetGaveUp', severity: 'critical' },
} as const;
type AlertKind = keyof typeof ALERTS;

const schema = z.strictObject({
  url: httpUrl,
  labels: z.optional(
    z.record(
      z.string().check(z.regex(/^[a-zA-Z_]\w*$/, 'must be names of letters, digits and _')),
      z.string('must be a text'),
      'must be an object of texts',
    ),
  ),
  headers: z.optional(httpHeaders),
  resolveAfter: z.optional(interval),
});

/**
 * Pushes alerts to Alertmanager, which groups, routes and silences them. A target that failed is `WinsvcTargetFailed`
 * with `severity="warning"`; one that the watchdog gave up on is `WinsvcTargetGaveUp` with `severity="critical"` as
 * well. Both have the labels `target` and `instance` (the machine), and end when the target works again.
 *
 * Source: https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
 *
 * @throws ServiceError INVALID_OPTIONS
 * @example
 * alertmanagerNotifier({ url: 'http://alertmanager.example.com:9093', labels: { team: 'orders' } })
 */
export function alertmanagerNotifier(options: AlertmanagerNotifierOptions): Notifier {
  checkOptions('alertmanagerNotifier', schema, options);
  const { labels = {}, headers = {}, resolveAfter = '1d' } = options;
  const url = new URL(options.url);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v2/alerts`;
  return {
    name: 'Alertmanager',
    async notify({ notices, machine }, signal) {
      const body = JSON.stringify(toAlerts(notices, { ...labels, instance: machine }, toMs(resolveAfter)));
      const all = { 'Content-Type': 'application/json', ...headers };
      await post({ to: 'Alertmanager', url, headers: all, body }, signal);
    },
  };
}

/** Alerts that follow from the notices, in their order. Pure. */
export function toAlerts(
  notices: readonly Notice[],
  labels: Readonly<Record<string, string>>,
  resolveAfterMs: number,
): Alert[] {
  const alerts = new Map<string, Alert>();
  const set = (kind: AlertKind, { at, target, text }: Notice, endsAt: number): void => {
    const key = JSON.stringify([kind, target]);
    const startsAt = alerts.get(key)?.startsAt ?? at.toISOString();
    alerts.set(key, {
      labels: { ...labels, ...ALERTS[kind], target },
      annotations: { summary: text },
      startsAt,
      endsAt: new Date(endsAt).toISOString(),
    });
  };
  for (const notice of notices) {
    const at = notice.at.getTime();
    if (notice.kind === 'recovered') {
      set('failed', notice, at);
      set('gaveUp', notice, at);
    } else {
      set('failed', notice, at + resolveAfterMs);
      if (notice.kind === 'gaveUp') set('gaveUp', notice, at + resolveAfterMs);
    }
  }
  return [...alerts.values()];
}
