// The status page of examples/heartbeat-watchdog in a real browser.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { defineService } from 'winsvc';
import { createMockScm, type MockRun } from 'winsvc/testing';
import { createOrdersService } from '../../examples/heartbeat-watchdog/orders.js';
import { createWatchdogService } from '../../examples/heartbeat-watchdog/watchdog.js';
import { findBrowser } from '../../rig/lib/browser.mjs';
import { get } from 'node:http';
import { type WatchdogFiles, writeWatchdogFiles } from '../../scripts/lib/watchdog-files.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });
const executablePath = findBrowser();
if (executablePath === undefined) {
  process.stdout.write('skipped: the status page in a browser: no Chromium here (npm run rig:setup installs one)\n');
}
/** A folder for pictures of the page, to look at; none are taken without it. */
const { WINSVC_SCREENSHOTS: pictures } = process.env;
const WAIT = { timeout: 15_000 };
const HOSTILE = `<img src=x onerror="document.title='hacked'">&amp;`;
const NAMES = { watchdog: 'WinsvcWatchdog', orders: 'WinsvcOrders', mailer: HOSTILE };

describe.skipIf(executablePath === undefined)('the status page in Chromium', () => {
  const scm = createMockScm({ clock: 'real' });
  const console: string[] = [];
  const elsewhere: string[] = [];
  let folder: string;
  let files: WatchdogFiles;
  let sick = false;
  let browser: Browser;
  let page: Page;
  let url: string;
  const hostile = (): MockRun => scm.runs(HOSTILE).at(-1)!;
  const row = (name: string) =>
    page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });
  const shown = (name: string) => row(name).innerText();
  const picture = async (name: string) => {
    if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'winsvc page '));
    files = await writeWatchdogFiles(folder, NAMES, { faults: ['none'] });
    url = `http://127.0.0.1:${files.pagePort}/`;
    await scm.start(createOrdersService({ file: files.orders }));
    const start = () => {
      if (sick) throw new Error('it does not start either');
    };
    await scm.start(defineService({ name: HOSTILE, start }));
    const openManager = () => Promise.resolve(scm.manager());
    await scm.start(createWatchdogService({ file: files.watchdog, openManager }));
    // As root, and in containers, Chromium has no sandbox; it is shown our own page only.
    browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] });
    page = await browser.newPage({ viewport: { width: 1100, height: 700 }, colorScheme: 'light' });
    page.on('console', (message) => console.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => console.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(url) && !request.url().startsWith('data:')) elsewhere.push(request.url());
    });
    await page.goto(url);
  });
  afterAll(async () => {
    await browser.close();
    for (const name of [NAMES.watchdog, NAMES.orders, HOSTILE]) await scm.manager().service(name).stop();
    scm.assertSettled();
    await rm(folder, { recursive: true, force: true });
  });

  it('has a row for each service, by names that a screen reader can say', async () => {
    const table = page.getByRole('table', { name: 'Watched services' });
    await expect.poll(() => table.getByRole('row').count(), WAIT).toBe(3);
    expect(await table.getByRole('columnheader').allInnerTexts()).toEqual([
      'Service',
      'State',
      'Restarts',
      'Latency',
      'Last failure',
    ]);
    await expect.poll(() => page.getByRole('status').innerText(), WAIT).toBe('2 of 2 services work');
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Watchdog');
    expect(await page.getByRole('list', { name: 'What happened' }).count()).toBe(1);
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
  });

  it('draws the latency, and says it in words', async () => {
    const line = row(NAMES.orders).getByRole('img', { name: /^HTTP answer: [\d.]+ m?s now, at most [\d.]+ m?s/ });
    await expect.poll(() => line.count(), WAIT).toBe(1);
    await expect
      .poll(async () => (await line.locator('polyline').getAttribute('points'))?.split(' ').length, WAIT)
      .toBeGreaterThan(5);
    await picture('light');
  });

  it('shows a change of state and its reason without a reload', async () => {
    await page.evaluate('window.stillHere = true');
    sick = true;
    hostile().kill();
    await expect.poll(() => shown(HOSTILE), WAIT).toMatch(/restarting|failed|gave up/);
    await expect.poll(() => shown(HOSTILE), WAIT).toMatch(/It stopped with exit code 106[47]: /);
    await expect.poll(() => page.getByRole('status').innerText(), WAIT).toBe('1 of 2 services work');
    await expect.poll(() => page.title(), WAIT).toBe('(1) Watchdog');
    await picture('failing');
    sick = false;
    await expect.poll(() => shown(HOSTILE), WAIT).toMatch(/works/);
    expect(await row(HOSTILE).getByRole('cell').nth(1).innerText()).toMatch(/^[1-5]$/);
    // One incident, however often it was restarted: since when, why, what was done, how long it took.
    const incidents = page.getByRole('list', { name: 'What happened' }).locator('> li');
    await expect.poll(() => incidents.innerText(), WAIT).toMatch(/works again after \d+ s/);
    expect(await incidents.count()).toBe(1);
    const text = await incidents.innerText();
    expect(text).toMatch(/It stopped with exit code 1067: the process terminated unexpectedly/);
    expect(text).toMatch(/Restarted (?:once|[2-5] times)(?: \(\d failed\))?; works again/);
    expect(text).not.toMatch(/win32|\d{4}-\d\d-\d\dT/);
    // Details on demand, by the keyboard.
    await incidents.getByText(/\d steps/).focus();
    await page.keyboard.press('Enter');
    expect(await incidents.getByRole('listitem').count()).toBeGreaterThan(2);
    await picture('incident');
    expect(await page.evaluate('window.stillHere')).toBe(true);
  });

  it('shows hostile names as text', async () => {
    expect(await page.getByRole('rowheader').allInnerTexts()).toEqual([NAMES.orders, HOSTILE]);
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.title()).toBe('Watchdog');
  });

  it('says why a new configuration is refused', async () => {
    await files.rewrite('<b>soon</b>');
    const alert = page.getByRole('alert');
    await expect.poll(() => alert.isVisible(), WAIT).toBe(true);
    expect(await alert.innerText()).toMatch(
      /the old one stays in force[^]*interval: .*'<b>soon<\/b>' \(watchdog\.yaml:\d+\)/,
    );
    await picture('problem');
    await files.rewrite('700ms');
    await expect.poll(() => alert.isVisible(), WAIT).toBe(false);
  });

  it('is dark where the system is', async () => {
    const back = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const light = await back();
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await back()).not.toBe(light);
    await picture('dark');
    await page.emulateMedia({ colorScheme: 'light' });
  });

  it.each([375, 320])('fits a telephone of %i px', async (width) => {
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width, height: 800 });
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(width);
    // Cards instead of a table, and still one to a screen reader.
    expect(await page.getByRole('table', { name: 'Watched services' }).getByRole('row').count()).toBe(3);
    await picture(String(width));
    await page.emulateMedia({ colorScheme: 'dark' });
    await picture(`${width}-dark`);
  });

  it('counts no service in its title that was stopped on purpose', async () => {
    await page.setViewportSize({ width: 1100, height: 700 });
    await scm.manager().service(HOSTILE).stop();
    await expect
      .poll(() => page.getByRole('status').innerText(), WAIT)
      .toBe('1 of 1 service works, 1 stopped on purpose');
    expect(await page.title()).toBe('Watchdog');
    expect(await shown(HOSTILE)).toContain('stopped on purpose');
    await picture('off');
  });

  it('ships the view library unchanged', async () => {
    const shipped = new URL('../../examples/heartbeat-watchdog/vendor/htm-preact.js', import.meta.url);
    const original = new URL('../../node_modules/htm/preact/standalone.module.js', import.meta.url);
    expect(await readFile(shipped, 'utf8')).toBe(await readFile(original, 'utf8'));
  });

  it('is closed to other names of this machine, other methods and other paths', async () => {
    expect(await statusOf('/', { host: 'evil.example.com' })).toBe(403);
    expect(await statusOf('/nowhere')).toBe(404);
    expect(await statusOf('/state')).toBe(200);
  });

  it('has asked nobody else for anything, and has no complaints', () => {
    expect(elsewhere).toEqual([]);
    expect(console).toEqual([]);
  });

  function statusOf(path: string, headers: Record<string, string> = {}): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port: files.pagePort, path, headers, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).once('error', reject);
    });
  }
});
