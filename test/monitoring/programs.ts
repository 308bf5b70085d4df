import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { promisify } from 'node:util';
import { findMonitoring } from '../../rig/lib/monitoring.mjs';
import { eventually } from '../support/eventually.ts';

/** Prometheus and Alertmanager; `undefined` where the rig could not get them. */
export const programs = findMonitoring();
/** For the titles of tests that need them. */
export const NEEDS = programs
  ? ''
  : ' (skipped: `npm run rig:setup` gets prometheus and prometheus-alertmanager from Debian)';

const execute = promisify(execFile);

/** Runs a tool to its end. Returns its output, of both streams. */
export async function tool(file: string, ...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await execute(file, args).catch((error: unknown) => {
    const { stdout: out, stderr: err } = error as { stdout: string; stderr: string };
    throw new Error(`${file} ${args.join(' ')} failed:\n${out}${err}`);
  });
  return stdout + stderr;
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Programs and servers of one test, ended together. */
export class Stage {
  readonly #ends: (() => Promise<unknown>)[] = [];

  onEnd(end: () => Promise<unknown>): void {
    this.#ends.push(end);
  }

  /** Starts a server of Prometheus' kind, and waits until it is ready. */
  async start(file: string, args: readonly string[], url: string): Promise<void> {
    const child: ChildProcess = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2_000)));
    this.onEnd(async () => {
      const ended = once(child, 'exit');
      if (child.exitCode === null && child.kill('SIGKILL')) await ended;
    });
    await eventually(async () => {
      if (child.exitCode !== null) throw new Error(`${file} ended: ${said}`);
      const { ok } = await fetch(`${url}/-/ready`);
      if (!ok) throw new Error(`${file} is not ready: ${said}`);
    });
  }

  /** Serves a text, as `/metrics` does. */
  async serve(text: () => Promise<string>, contentType: string): Promise<number> {
    const server = createHttpServer((_, response) => {
      void text().then((body) => response.writeHead(200, { 'Content-Type': contentType }).end(body));
    });
    return this.#listen(server);
  }

  /** Receives the webhooks of Alertmanager. */
  async receive(): Promise<{ readonly port: number; readonly alerts: ReceivedAlert[] }> {
    const alerts: ReceivedAlert[] = [];
    const server = createHttpServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        const message = JSON.parse(body) as { alerts: Omit<ReceivedAlert, 'path'>[] };
        alerts.push(...message.alerts.map((alert) => ({ ...alert, path: request.url ?? '' })));
        response.end();
      });
    });
    return { port: await this.#listen(server), alerts };
  }

  async end(): Promise<void> {
    for (const end of this.#ends.splice(0).reverse()) await end();
  }

  async #listen(server: ReturnType<typeof createHttpServer>): Promise<number> {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.onEnd(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    return (server.address() as AddressInfo).port;
  }
}

/** Alert as a webhook of Alertmanager has it. */
export interface ReceivedAlert {
  readonly path: string;
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}
