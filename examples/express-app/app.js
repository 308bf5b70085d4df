// @ts-check
/** An ordinary Express app. It knows nothing of services. */
import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';

const stats = { served: 0, slow: 0 };

export const app = express();

app.use((_req, _res, next) => {
  stats.served += 1;
  next();
});

app.get('/', (_req, res) => {
  res.json({ hello: 'world', pid: process.pid });
});

app.get('/stats', (_req, res) => {
  res.json(stats);
});

/** Takes its time: `/slow?ms=5000`. */
app.get('/slow', async (req, res) => {
  const { ms: asked = 2000 } = req.query;
  const ms = Math.min(Number(asked) || 0, 60_000);
  stats.slow += 1;
  await sleep(ms);
  stats.slow -= 1;
  res.json({ waited: ms });
});

app.get('/broken', () => {
  throw new Error('This route always fails.');
});

app.use((_req, res) => {
  res.status(404).json({ error: 'not found' });
});

app.use(
  /**
   * @param {unknown} error
   * @param {express.Request} req
   * @param {express.Response} res
   * @param {express.NextFunction} next
   */
  (error, req, res, next) => {
    console.error(`${req.method} ${req.url}:`, error);
    if (res.headersSent) next(error);
    else res.status(500).json({ error: 'internal error' });
  },
);

/** Counts from zero again. */
export function resetStats() {
  stats.served = 0;
}
