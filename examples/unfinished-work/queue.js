/** A queue on disk. A job that was begun and not finished is found again after a stop, a crash or a power failure. */
import { DatabaseSync } from 'node:sqlite'; // Node 22.13 and later

/**
 * @typedef {object} Job
 * @property {number} id
 * @property {string} payload
 * @property {number} step how many steps are done
 */

export class Queue {
  #db;

  /** @param {string} file */
  constructor(file) {
    this.#db = new DatabaseSync(file);
    this.#db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL; -- a job that add() has returned for survives a power failure
      CREATE TABLE IF NOT EXISTS job (id INTEGER PRIMARY KEY, payload TEXT NOT NULL, step INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0);
      CREATE TABLE IF NOT EXISTS result (job INTEGER NOT NULL, step INTEGER NOT NULL, at TEXT NOT NULL, PRIMARY KEY (job, step));
    `);
  }

  /** @param {string} payload */
  add(payload) {
    this.#db.prepare('INSERT INTO job (payload) VALUES (?)').run(payload);
  }

  /** The oldest job that isn't done: one that was begun comes first. @returns {Job | undefined} */
  next() {
    return /** @type {any} */ (
      this.#db.prepare('SELECT id, payload, step FROM job WHERE done = 0 ORDER BY id LIMIT 1').get()
    );
  }

  /**
   * Records a step and its result in one transaction: after a crash the step is either done, or it is done again.
   *
   * @param {Job} job @param {boolean} last
   */
  finishStep(job, last) {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      this.#db.prepare('INSERT INTO result VALUES (?, ?, ?)').run(job.id, job.step, new Date().toISOString());
      this.#db.prepare('UPDATE job SET step = step + 1, done = ? WHERE id = ?').run(last ? 1 : 0, job.id);
      this.#db.exec('COMMIT');
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  close() {
    this.#db.close();
  }
}
