// @ts-check
import { readFileSync } from 'node:fs';
import { median, quantile } from './stats.mjs';

/**
 * @typedef {{ median: number, p99: number, n: number }} Figure `p99` is the bad end: of a rate that should be high it is the first percentile
 * @typedef {object} Target
 * @property {'median' | 'p99'} of
 * @property {number} limit
 * @property {'below' | 'atMost' | 'atLeast'} is
 * @property {number} [aim] better than the limit, and not checked
 * @property {number} [ci] limit of `--ci`: wide, for a machine that is slow or busy
 *
 * @typedef {object} Row
 * @property {string} label
 * @property {string} unit
 * @property {Figure} winsvc
 * @property {Figure | undefined} c
 * @property {Figure | undefined} node
 * @property {Target | undefined} target
 * @property {boolean | undefined} pass
 */

/** Targets by the label of their row. @type {Record<string, Target>} */
export const TARGETS = JSON.parse(readFileSync(new URL('../targets.json', import.meta.url), 'utf8'));

/** @param {readonly number[]} values @param {number} bad @returns {Figure} */
const figure = (values, bad) => ({ median: median(values), p99: quantile(values, bad), n: values.length });

/**
 * @param {string} label @param {string} unit
 * @param {{ winsvc: readonly number[], c?: readonly number[] | undefined, node?: readonly number[] }} values
 * @returns {Row}
 */
export function row(label, unit, { winsvc, c, node }) {
  const target = TARGETS[label];
  const bad = target?.is === 'atLeast' ? 0.01 : 0.99;
  const ours = figure(winsvc, bad);
  return {
    label,
    unit,
    winsvc: ours,
    c: c && c.length > 0 ? figure(c, bad) : undefined,
    node: node && figure(node, bad),
    target,
    pass: target && meets(ours[target.of], target),
  };
}

/** Of the targets that have a limit for CI, whether the row meets that one. @param {Row} row */
export const meetsInCi = ({ winsvc, target }) =>
  target?.ci === undefined ? undefined : meets(winsvc[target.of], { ...target, limit: target.ci });

/** @param {number} value @param {Target} target */
function meets(value, { is, limit }) {
  if (is === 'atLeast') return value >= limit;
  return is === 'below' ? value < limit : value <= limit;
}
