import { createMockScm } from 'winsvc/testing';
import { expect, it } from 'vitest';
import { makeService } from './services.ts';

const COUNT = 1_000;

it(`runs ${COUNT} services side by side, each with its own life`, async () => {
  const scm = createMockScm();
  const services = Array.from({ length: COUNT }, (_, i) =>
    makeService({ name: `Service ${i}`, pause: () => undefined, resume: () => undefined }),
  );
  const runs = await Promise.all(services.map((service, i) => scm.start(service, { args: [`${i}`] })));
  await Promise.all(runs.filter((_, i) => i % 2 === 0).map((run) => run.pause()));
  expect(runs.filter(({ state }) => state === 'paused')).toHaveLength(COUNT / 2);
  runs.at(0)?.kill();
  expect(runs.at(0)?.exit).toEqual({ win32: 1067 });
  await Promise.all(runs.slice(1).map((run) => run.stop()));
  expect(new Set(runs.slice(1).map(({ exit }) => JSON.stringify(exit)))).toEqual(new Set(['{"win32":0}']));
  expect(runs.map(({ args }) => args[0])).toEqual(services.map((_, i) => `${i}`));
  scm.assertSettled();
});
