// The recipes of docs/configuration.md, against servers that answer as the documentation of each says.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import ts from 'typescript';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type ConfigLayer, httpLayer, watchConfig } from '../../../src/config/index.ts';
import { createManualClock } from '../../../src/testing/time/manual-clock.ts';
import { eventually } from '../../support/eventually.ts';
import { ROOT } from '../../support/imports.ts';

const schema = z.object({ port: z.number() });
let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The function of the docs, as its readers copy it. */
function recipe(name: string): (...args: string[]) => ConfigLayer {
  const docs = readFileSync(join(ROOT, 'docs/configuration.md'), 'utf8').replaceAll('\r\n', '\n');
  const code = [...docs.matchAll(/```ts\n([^`]*(?:`(?!``)[^`]*)*)```/g)].find(([, text]) =>
    text?.includes(`function ${name}`),
  )?.[1];
  const { outputText } = ts.transpileModule(code ?? '', {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  const body = outputText.replace(/^import .*$/gm, '').replace(/^export /gm, '');
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const make = new Function('httpLayer', 'createHash', `${body}; return ${name};`) as (
    ...given: unknown[]
  ) => (...args: string[]) => ConfigLayer;
  return make(httpLayer, createHash);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
  return text;
}

describe('the recipe for Consul', () => {
  it('takes each change at once, by blocking queries, also when the index was reset', async () => {
    let index = 10;
    let value = { port: 1 };
    let held: (() => void) | undefined;
    const seen: string[] = [];
    const url = await serve((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
      seen.push(
        `${request.headers['x-consul-token'] as string} ${pathname} raw=${searchParams.has('raw')} ${searchParams.get('index') ?? '-'}`,
      );
      const send = () => response.writeHead(200, { 'X-Consul-Index': index }).end(JSON.stringify(value));
      if (searchParams.get('index') === String(index)) held = send;
      else send();
    });
    const clock = createManualClock();
    await using config = await watchConfig({
      schema,
      server: recipe('consulLayer')(url, 'orders/config', 'a-token'),
      clock,
    });
    expect(config.value).toEqual({ port: 1 });
    for (const next of [11, 40, 3]) {
      await clock.advance('2s');
      await eventually(() => {
        expect(held).toBeDefined();
      });
      [index, value] = [next, { port: next }];
      held?.();
      held = undefined;
      await eventually(() => {
        expect(config.value.port).toBe(next);
      });
    }
    expect(seen).toEqual(['-', '10', '11', '40'].map((at) => `a-token /v1/kv/orders/config raw=true ${at}`));
  });
});

describe('the recipe for Nacos', () => {
  it('listens by the MD5 of what it has, and then gets the configuration', async () => {
    let content = '{"port":1}';
    let held: (() => void) | undefined;
    const listened: string[] = [];
    const md5 = (text: string) => createHash('md5').update(text).digest('hex');
    const url = await serve((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
      if (request.method === 'GET' && pathname === '/nacos/v1/cs/configs') {
        const known = searchParams.get('dataId') === 'orders' && searchParams.get('group') === 'DEFAULT_GROUP';
        response
          .writeHead(known ? 200 : 404, { 'Content-MD5': md5(content) })
          .end(known ? content : 'config data not exist');
      } else if (request.method === 'POST' && pathname === '/nacos/v1/cs/configs/listener') {
        expect(request.headers['long-pulling-timeout']).toBe('30000');
        void bodyOf(request).then((body) => {
          const line = new URLSearchParams(body).get('Listening-Configs') ?? '';
          listened.push(line);
          const [dataId, group, sum] = line.split('\x02');
          // A changed configuration is named at once, otherwise when it changes; an empty answer ends the wait.
          const send = () => response.end(sum === md5(content) ? '' : encodeURIComponent(`${dataId}\x02${group}\x01`));
          if (sum === md5(content)) held = send;
          else send();
        });
      } else response.writeHead(404).end();
    });
    const clock = createManualClock();
    await using config = await watchConfig({ schema, server: recipe('nacosLayer')(url, 'orders'), clock });
    const listens = async () => {
      await clock.advance('2s');
      await eventually(() => {
        expect(held).toBeDefined();
      });
      const release = held;
      held = undefined;
      return release;
    };
    const nothingNew = await listens();
    nothingNew?.();
    await eventually(() => {
      expect(listened).toHaveLength(1);
    });
    for (const port of [2, 3]) {
      // The timer of the next request may not be set yet.
      let changed: (() => void) | undefined;
      await eventually(async () => {
        changed = await listens();
      });
      content = JSON.stringify({ port });
      changed?.();
      await eventually(() => {
        expect(config.value.port).toBe(port);
      });
    }
    expect(listened[0]).toBe(['orders', 'DEFAULT_GROUP', md5('{"port":1}'), '\x01'].join('\x02'));
  });
});
