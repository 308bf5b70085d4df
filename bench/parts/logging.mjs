// @ts-check
/**
 * A service that writes 50,000 lines a second: how late its event loop is, beside the same program without capture. And
 * one that writes as fast as it can: lines per second and time per line, beside pino and winston in the same process.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { row } from '../lib/row.mjs';
import { quantile } from '../lib/stats.mjs';

const LIMIT_MS = 120_000;

/** @param {import('../lib/session.mjs').Session} session */
export async function logging(session) {
  const rounds = Math.max(1, Math.ceil(session.rounds / 5));
  const late = { winsvc: /** @type {number[]} */ ([]), node: /** @type {number[]} */ ([]) };
  const p99 = { winsvc: /** @type {number[]} */ ([]), node: /** @type {number[]} */ ([]) };
  const rate = { winsvc: /** @type {number[]} */ ([]), node: /** @type {number[]} */ ([]) };
  const lost = /** @type {number[]} */ ([]);
  for (let round = 0; round < rounds; round++) {
    session.say(`logging: ${round + 1}/${rounds}`);
    const dir = join(session.stage.dir, `logs-${round}`);
    for (const way of /** @type {const} */ (['winsvc', 'node'])) {
      const result = await life(way === 'winsvc' ? dir : undefined, round);
      for (const ms of result.lateMs) late[way].push(ms);
      p99[way].push(quantile(result.lateMs, 0.99));
      rate[way].push(result.written / result.seconds);
      if (way === 'winsvc') lost.push(result.written - linesIn(dir));
    }
  }
  /** @type {Record<'winsvc' | 'pino' | 'winston', { linesPerSecond: number[], usPerLine: number[], lateMs: number[] }>} */
  const limits = {
    winsvc: { linesPerSecond: [], usPerLine: [], lateMs: [] },
    pino: { linesPerSecond: [], usPerLine: [], lateMs: [] },
    winston: { linesPerSecond: [], usPerLine: [], lateMs: [] },
  };
  for (let round = 0; round < rounds; round++) {
    session.say(`logging at the limit: ${round + 1}/${rounds}`);
    const found = await atTheLimit(round);
    for (const [name, { linesPerSecond, usPerLine, lateMs }] of Object.entries(found)) {
      const of = limits[/** @type {keyof typeof limits} */ (name)];
      of.linesPerSecond.push(linesPerSecond);
      of.usPerLine.push(usPerLine);
      of.lateMs.push(lateMs);
    }
  }
  /** @param {'pino' | 'winston'} other */
  const beside = (other) => [
    row(`lines at the limit, beside ${other}`, '1/s', {
      winsvc: limits.winsvc.linesPerSecond,
      node: limits[other].linesPerSecond,
    }),
    row(`CPU time per line, beside ${other}`, 'µs', { winsvc: limits.winsvc.usPerLine, node: limits[other].usPerLine }),
    row(`loop late at the limit, p99, beside ${other}`, 'ms', {
      winsvc: limits.winsvc.lateMs,
      node: limits[other].lateMs,
    }),
  ];
  return [
    row('loop late at 50,000 lines/s', 'ms', late),
    row('loop late, p99 of each run', 'ms', p99),
    row('lines written', '1/s', rate),
    ...beside('pino'),
    ...beside('winston'),
    row('lines lost', 'lines', { winsvc: lost }),
  ];

  /** @param {number} round @returns {Promise<Record<string, { linesPerSecond: number, usPerLine: number, lateMs: number }>>} */
  async function atTheLimit(round) {
    const result = join(session.stage.dir, `loggers-${round}.json`);
    const service = await session.loggers(result, join(session.stage.dir, `loggers-${round}`));
    await service.start();
    await written(result);
    await service.remove();
    return JSON.parse(readFileSync(result, 'utf8'));
  }

  /** @param {string | undefined} dir @param {number} round @returns {Promise<{ lateMs: number[], written: number, seconds: number }>} */
  async function life(dir, round) {
    const result = join(session.stage.dir, `logging-${round}-${dir === undefined ? 'bare' : 'captured'}.json`);
    if (dir !== undefined) mkdirSync(dir);
    const service = await session.logger(result, ...(dir === undefined ? [] : [dir]));
    await service.start();
    await written(result);
    await service.remove();
    return JSON.parse(readFileSync(result, 'utf8'));
  }
}

/** @param {string} result */
async function written(result) {
  for (const until = Date.now() + LIMIT_MS; !existsSync(result); await sleep(100))
    if (Date.now() > until) throw new Error('the service wrote no result');
}

/** @param {string} dir */
function linesIn(dir) {
  let lines = 0;
  // Of the service's own: the log has records of its start and its stop too.
  for (const name of readdirSync(dir))
    lines += readFileSync(join(dir, name), 'latin1').match(/order taken.*\n/g)?.length ?? 0;
  return lines;
}
