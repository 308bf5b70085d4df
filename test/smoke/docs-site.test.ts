// The documentation as a site: it builds without a dead link, and can be read at three widths, light and dark.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBrowser } from '../../rig/lib/browser.mjs';
import { ROOT } from '../support/imports.ts';

const SITE = join(ROOT, 'temp/site');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};
const PAGES = [
  '',
  'getting-started',
  'cli',
  'errors',
  'lifecycle',
  'reliability',
  'recipes/',
  'recipes/accounts',
  'examples/fastify',
  'reference/',
  'reference/winsvc/session/',
  'reference/winsvc/session/functions/sendMessageToUser',
];
const executablePath = findBrowser();
/** A folder for pictures, to look at; none are taken without it. */
const { WINSVC_SCREENSHOTS: pictures } = process.env;

let server: Server;
let url: string;

beforeAll(async () => {
  // The whole API reference takes most of the time; `npm run docs:site` makes it. This one has two modules.
  await promisify(execFile)(process.execPath, ['--import', 'tsx', 'scripts/docs-site.ts', '--fast'], { cwd: ROOT });
  server = createServer((req, res) => {
    const path = decodeURIComponent(new URL(req.url ?? '/', 'http://x').pathname).replace(/\/$/, '/index.html');
    const file = join(SITE, extname(path) === '' ? `${path}.html` : path);
    void readFile(file).then(
      (data) => res.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(data),
      () => res.writeHead(404).end(),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}, 600_000);
afterAll(() => server.close());

describe('the docs site', () => {
  it('has a page for each page of the docs, and for each example', () => {
    for (const page of PAGES)
      expect(existsSync(join(SITE, `${page === '' || page.endsWith('/') ? `${page}index` : page}.html`)), page).toBe(
        true,
      );
  });
});

describe.skipIf(executablePath === undefined)('the docs site in Chromium', () => {
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];

  beforeAll(async () => {
    // As root, and in containers, Chromium has no sandbox; it is shown our own pages only.
    browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] });
    page = await browser.newPage();
    page.on('pageerror', (error) => errors.push(error.message));
    page.on(
      'response',
      (response) => response.status() >= 400 && errors.push(`${response.status()} ${response.url()}`),
    );
  });
  afterAll(() => browser.close());

  it.each([320, 768, 1280])('no page is wider than a window of %i pixels', { timeout: 300_000 }, async (width) => {
    await page.setViewportSize({ width, height: 800 });
    for (const name of PAGES) {
      await page.goto(url + name);
      const widths = await page.evaluate(
        '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
      );
      const [all, visible] = widths as [number, number];
      expect(all, name).toBeLessThanOrEqual(visible);
      if (pictures)
        await page.screenshot({ path: join(pictures, `${name.replaceAll('/', '-') || 'home'}-${width}.png`) });
    }
  });

  it('draws the diagram of the states, in the dark too', { timeout: 120_000 }, async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.goto(`${url}lifecycle`);
    await page.locator('div.diagram svg').first().waitFor({ timeout: 60_000 });
    expect(await page.locator('div.diagram svg').first().textContent()).toContain('startPending');
    expect(await page.evaluate('document.documentElement.classList.contains("dark")')).toBe(true);
    if (pictures) await page.screenshot({ path: join(pictures, 'dark.png'), fullPage: true });
  });

  it('finds an error code by the search', { timeout: 120_000 }, async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(`${url}getting-started`);
    await page.keyboard.press('Control+k');
    await page.locator('#localsearch-input').fill('HOST_LOST');
    const found = page.locator('.results .result').first();
    await found.waitFor({ timeout: 60_000 });
    expect((await found.innerText()).toLowerCase()).toContain('host_lost');
  });

  it('shows no error in the console', () => {
    expect(errors).toEqual([]);
  });
});
