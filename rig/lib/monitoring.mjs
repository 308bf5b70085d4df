// @ts-check
/** Prometheus and Alertmanager, for the tests of deploy/monitoring. */
import { which } from './run.mjs';

/** Debian packages that have them. Debian's Alertmanager reads its templates from /usr/share, so they are installed. */
export const MONITORING_PACKAGES = ['prometheus', 'prometheus-alertmanager'];

/** Program → names that it has: Debian's and upstream's. */
const PROGRAMS = /** @type {const} */ ({
  prometheus: ['prometheus'],
  promtool: ['promtool'],
  alertmanager: ['prometheus-alertmanager', 'alertmanager'],
  amtool: ['amtool'],
});

/** @typedef {Record<keyof typeof PROGRAMS, string>} Monitoring */

/** @returns {Monitoring | undefined} the programs of this machine; `undefined` when one is missing */
export function findMonitoring() {
  /** @param {readonly string[]} names */
  const find = (names) => names.map(which).find((path) => path !== undefined);
  const [prometheus, promtool] = [find(PROGRAMS.prometheus), find(PROGRAMS.promtool)];
  const [alertmanager, amtool] = [find(PROGRAMS.alertmanager), find(PROGRAMS.amtool)];
  if (!prometheus || !promtool || !alertmanager || !amtool) return undefined;
  return { prometheus, promtool, alertmanager, amtool };
}
