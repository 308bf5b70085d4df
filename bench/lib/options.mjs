// @ts-check
import { parseArgs } from 'node:util';
import { nodesOf, wineLevel } from '../../rig/lib/layout.mjs';

export const PARTS = /** @type {const} */ ([
  'controls',
  'blocked',
  'start',
  'memory',
  'wakeups',
  'hang',
  'mock',
  'manager',
  'watchdog',
  'admin',
  'logging',
  'handlers',
  'hosting',
  'cli',
  'packed',
]);

export class UsageError extends Error {}
export class HelpWanted extends Error {}

/** @typedef {typeof PARTS[number]} Part */

export const USAGE = `node bench/run.mjs [--rounds N] [--only ${PARTS.join(',')}] [--node 20|22|24] [--wine 8|10] [--idle SECONDS] [--dist DIR] [--pin] [--check | --ci] [--json]`;

/** @returns {{ rounds: number, parts: Part[], node: import('../../rig/lib/layout.mjs').NodeMajor, wine: import('../../rig/lib/layout.mjs').WineLevel, idle: number, pin: boolean, check: boolean, ci: boolean, json: boolean, dist: string | undefined }} */
export function readOptions(argv = process.argv.slice(2)) {
  const { values } = parseArgs({
    args: argv,
    options: {
      rounds: { type: 'string', default: '16' },
      idle: { type: 'string', default: '5' },
      only: { type: 'string', default: PARTS.join(',') },
      node: { type: 'string', default: '22' },
      wine: { type: 'string', default: String(wineLevel()) },
      dist: { type: 'string' },
      pin: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      ci: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) throw new HelpWanted();
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new UsageError('--rounds must be a whole number from 1');
  const idle = Number(values.idle);
  if (!(idle >= 0) || values.idle.trim() === '') throw new UsageError('--idle must be a number of seconds');
  if (values.wine !== '8' && values.wine !== '10') throw new UsageError('--wine must be 8 or 10');
  const wine = values.wine === '10' ? 10 : 8;
  const node = nodesOf(wine).find((major) => String(major) === values.node);
  if (node === undefined) throw new UsageError(`--node must be ${nodesOf(wine).join(' or ')} on Wine ${wine}`);
  const asked = values.only.split(',');
  const unknown = asked.filter((name) => !PARTS.some((part) => part === name));
  if (unknown.length > 0) throw new UsageError(`--only: there is no ${unknown.join(', ')}`);
  return {
    rounds,
    idle,
    parts: PARTS.filter((part) => asked.includes(part)),
    node,
    wine,
    pin: values.pin,
    check: values.check,
    ci: values.ci,
    json: values.json,
    dist: values.dist,
  };
}
