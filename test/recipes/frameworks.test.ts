// The examples of the recipes, on the mock SCM: a request in flight at the stop is answered, and the service stops with 0.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { Service } from 'winsvc';
import { createMockScm } from 'winsvc/testing';
import { freePort, request } from '../../scripts/lib/http.ts';
import { eventually } from '../support/eventually.ts';
import { ROOT } from '../support/imports.ts';
import { buildExample, checkExamples } from './build-example.ts';

vi.setConfig({ testTimeout: 60_000 });
afterAll(() => {
  rmSync(join(ROOT, 'examples/nestjs/dist'), { recursive: true });
});

const load = async (file: string): Promise<Service> =>
  ((await import(join(ROOT, 'examples', file))) as { service: Service }).service;

async function expectGracefulStop(service: Service, answer: string): Promise<void> {
  const scm = createMockScm({ clock: 'real' });
  const port = await freePort();
  const run = await scm.start(service, { args: [String(port)] });
  expect(await request(port, '/')).toMatchObject({ status: 200, text: answer });
  const slow = request(port, '/slow');
  await eventually(async () => expect((await request(port, '/')).status).toBe(200));
  const stopped = await run.stop();
  expect(await slow).toMatchObject({ status: 200, text: '{"slow":true}' });
  expect(stopped.exit).toEqual({ win32: 0 });
  scm.assertSettled();
}

describe('the recipes', () => {
  it('Fastify: requests in flight are answered', async () => {
    await expectGracefulStop(await load('fastify/service.js'), '{"hello":"world"}');
  });

  it('Fastify: a taken port fails the start, and names the port', async () => {
    const scm = createMockScm({ clock: 'real' });
    const [service, port] = [await load('fastify/service.js'), await freePort()];
    const { createServer } = await import('node:http');
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(port, '127.0.0.1', resolve));
    await expect(scm.start(service, { args: [String(port)] })).rejects.toThrow(`EADDRINUSE`);
    blocker.close();
  });

  it('NestJS: requests in flight are answered, Nest runs its own shutdown hooks', async () => {
    buildExample('nestjs');
    const written = vi.spyOn(process.stdout, 'write');
    await expectGracefulStop(await load('nestjs/dist/service.js'), '{"orders":3}');
    expect(written.mock.calls.join('\n')).toContain('the database is closed');
    written.mockRestore();
  });

  it('NestJS and TypeScript: compile', () => {
    expect(checkExamples('nestjs', 'typescript')).toEqual([]);
  });
});
