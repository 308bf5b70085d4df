// @ts-check
import { parseArgs } from 'node:util';

export const PARTS = /** @type {const} */ ([
  'controls',
  'blocked',
  'start',
  'memory',
  'wakeups',
  'hang',
  'mock',
  'manager',
]);

export class UsageError extends Error {}

/** @typedef {typeof PARTS[number]} Part */

export const USAGE = `node bench/run.mjs [--rounds N] [--only ${PARTS.join(',')}] [--node 20|22] [--dist DIR] [--pin] [--check] [--json]`;

/** @returns {{ rounds: number, parts: Part[], node: 20 | 22, pin: boolean, check: boolean, json: boolean, dist: string | undefined }} */
export function readOptions(argv = process.argv.slice(2)) {
  const { values } = parseArgs({
    args: argv,
    options: {
      rounds: { type: 'string', default: '16' },
      only: { type: 'string', default: PARTS.join(',') },
      node: { type: 'string', default: '22' },
      dist: { type: 'string' },
      pin: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new UsageError('--rounds must be a whole number from 1');
  if (values.node !== '20' && values.node !== '22') throw new UsageError('--node must be 20 or 22');
  const asked = values.only.split(',');
  const unknown = asked.filter((name) => !PARTS.some((part) => part === name));
  if (unknown.length > 0) throw new UsageError(`--only: there is no ${unknown.join(', ')}`);
  return {
    rounds,
    parts: PARTS.filter((part) => asked.includes(part)),
    node: values.node === '20' ? 20 : 22,
    pin: values.pin,
    check: values.check,
    json: values.json,
    dist: values.dist,
  };
}
