// The page of winsvc admin in a real browser.
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { EventEntry } from 'winsvc/eventlog';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { defineService } from 'winsvc';
import { adminServer, type AdminServer } from 'winsvc/admin';
import { findBrowser } from '../../../rig/lib/browser.mjs';
import { buildPage } from '../../../scripts/lib/page-plugin.ts';
import { MAILER, makeStage, ORDERS, OTHER, type Stage } from './stage.ts';
import { fakeWatchdog } from './fake-watchdog.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });
const executablePath = findBrowser();
if (executablePath === undefined) {
  process.stdout.write('skipped: the admin page in a browser: no Chromium here (npm run rig:setup installs one)\n');
}
/** A folder for pictures of the page, to look at; none are taken without it. */
const { WINSVC_SCREENSHOTS: pictures } = process.env;
const WAIT = { timeout: 20_000 };
const HOSTILE = `<img src=x onerror="document.title='hacked'">`;
const TYPES: Readonly<Record<string, string>> = { html: 'text/html', js: 'text/javascript', css: 'text/css' };

describe.skipIf(executablePath === undefined)('the page of winsvc admin in Chromium', () => {
  const complaints: string[] = [];
  const elsewhere: string[] = [];
  const watchdog = fakeWatchdog([ORDERS, MAILER]);
  let stage: Stage;
  let server: AdminServer;
  let browser: Browser;
  let page: Page;

  const row = (name: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) });
  const picture = async (name: string) => {
    if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
  };

  beforeAll(async () => {
    const files = [...(await buildPage())].map(
      ([name, content]) => [name, { type: TYPES[name.split('.').at(-1)!]!, content }] as const,
    );
    stage = await makeStage(
      {
        watchdog,
        services: [ORDERS, MAILER, HOSTILE],
        doctor: async () => [
          { check: 'state', outcome: 'ok', found: 'It is running.' },
          {
            check: 'account',
            outcome: 'warn',
            found: 'It runs as LocalSystem.',
            repair: 'winsvc config set Orders --account virtual',
          },
        ],
      },
      {
        page: new Map(files),
        processUsage: async () => ({
          cpuSeconds: 12.5,
          memoryBytes: 88_000_000,
          startedAt: new Date(Date.now() - 93_000_000),
        }),
        readLogs: async function* ({ follow, signal }) {
          const time = new Date('2026-11-25T10:00:00Z');
          const line = { text: '', time, data: {} };
          if (!follow) yield { ...line, level: 'info', message: 'Listening on 3000', data: { port: 3000 } };
          yield { ...line, level: 'warn', message: 'The queue is 80 % full' };
          if (follow) {
            yield {
              ...line,
              time: new Date('2026-11-25T10:00:05Z'),
              level: 'error',
              message: `No answer from ${HOSTILE}`,
            };
            await new Promise((resolve) => signal.addEventListener('abort', resolve));
          }
        },
        readEvents: async function* ({ follow, signal, level }) {
          if (follow) {
            await new Promise((resolve) => signal?.addEventListener('abort', resolve));
            return;
          }
          const record = { log: 'Application', computer: 'SERVER1', source: MAILER, recordId: 1 } as EventEntry;
          const time = new Date('2026-01-02T10:00:00Z');
          yield { ...record, time, id: 121, level: 'error', message: `Upgrade failed: ${HOSTILE}` };
          if (level !== 'error') yield { ...record, time, id: 100, level: 'info', message: 'The service runs' };
        },
      },
    );
    const manager = stage.scm.manager();
    await manager.install(defineService({ name: HOSTILE, start: () => Promise.reject(new Error('no')), stop() {} }));
    await manager.service(MAILER).start();
    await manager
      .service(HOSTILE)
      .start()
      .catch(() => undefined);
    server = await adminServer(stage.admin, { port: 0 });
    // As root, and in containers, Chromium has no sandbox; it is shown our own page only.
    browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] });
    page = await browser.newPage({ viewport: { width: 1200, height: 720 }, colorScheme: 'light' });
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(server.url) && !request.url().startsWith('data:')) elsewhere.push(request.url());
    });
    await page.goto(server.url);
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
    await stage.close();
  });

  it('asks for a token, says what is wrong with one, and lets a good one in', async () => {
    const token = page.getByLabel('Token');
    await token.waitFor();
    await token.fill('nonsense');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect.poll(() => page.getByRole('alert').innerText(), WAIT).toContain('not known');
    await picture('admin-login');
    await token.fill(stage.tokens.admin);
    await token.press('Enter');
    await row(ORDERS).waitFor();
    // The browser says so of every 401.
    complaints.splice(0);
  });

  it('has a row for each service, with a heading that a screen reader can say', async () => {
    const table = page.getByRole('table', { name: 'Services' });
    expect(await table.getByRole('columnheader').allInnerTexts()).toEqual([
      'Service',
      'State',
      'Start',
      'Account',
      'PID',
      'CPU',
      'Memory',
      'Uptime',
      'Actions',
    ]);
    await expect.poll(() => table.getByRole('row').count(), WAIT).toBe(5);
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(await row(MAILER).innerText()).toMatch(/running[^]*84 MB[^]*1 d 1 h/);
    expect(await row(HOSTILE).innerText()).toContain('failed');
    expect(await row(OTHER).getByRole('button').count()).toBe(0);
    await picture('admin-list');
  });

  it('starts a service and shows its new state without a reload', async () => {
    await page.evaluate('window.stillHere = true');
    await page.getByRole('button', { name: `Start ${ORDERS} display` }).click();
    await expect.poll(() => row(ORDERS).innerText(), WAIT).toContain('running');
    await expect.poll(() => page.getByText(`${ORDERS} is started.`).count(), WAIT).toBe(1);
    expect(await page.evaluate('window.stillHere')).toBe(true);
  });

  it('asks before it stops one, by keyboard too, and notes the reason', async () => {
    const stop = page.getByRole('button', { name: `Stop ${ORDERS} display` });
    await stop.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await picture('admin-confirm');
    await page.keyboard.press('Escape');
    await expect.poll(() => dialog.count(), WAIT).toBe(0);
    expect((await stage.scm.manager().service(ORDERS).status()).state).toBe('running');
    await stop.click();
    await dialog.getByLabel('Reason').fill('tidy up');
    await page.keyboard.press('Enter');
    await expect.poll(() => row(ORDERS).innerText(), WAIT).toContain('stopped');
    const { body } = await stage.call('admin', 'GET', `/audit?service=${ORDERS}`);
    expect(body.records.some(({ reason, principal }) => reason === 'tidy up' && principal === 'admin')).toBe(true);
  });

  it('says why an action failed', async () => {
    await row(HOSTILE)
      .getByRole('button', { name: /^Start/ })
      .click();
    await expect.poll(() => page.locator('.notice.bad').innerText(), WAIT).toContain('start failed');
    await page.getByRole('button', { name: 'Close the message' }).last().click();
  });

  it('filters and searches', async () => {
    await page.getByLabel('Search by name').fill('mailer');
    await expect.poll(() => page.getByRole('rowheader').count(), WAIT).toBe(1);
    await page.getByLabel('Search by name').fill('');
    await page.getByLabel('Show', { exact: true }).selectOption('running');
    await expect.poll(() => page.getByRole('rowheader').count(), WAIT).toBe(1);
    await page.getByLabel('Show', { exact: true }).selectOption('all');
  });

  it('shows the log of a service and goes on with it', async () => {
    await page.getByRole('link', { name: `${MAILER} display` }).click();
    await page.getByRole('tab', { name: 'Log' }).click();
    const lines = page.getByRole('list', { name: 'Records' }).getByRole('listitem');
    await expect.poll(() => lines.count(), WAIT).toBe(3);
    expect(await lines.last().innerText()).toContain(`No answer from ${HOSTILE}`);
    await picture('admin-log');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => page.getByRole('tab', { name: 'Status' }).getAttribute('aria-selected'), WAIT).toBe('true');
    await picture('admin-status');
  });

  it('shows the events of a service with their dates, and filters them by level', async () => {
    await page.getByRole('tab', { name: 'Events' }).click();
    const records = page.getByRole('list', { name: 'Records' }).getByRole('listitem');
    await expect.poll(() => records.count(), WAIT).toBe(2);
    const all = (await records.allInnerTexts()).join(' ');
    expect(all).toMatch(/1\/2\/26/);
    expect(all).toContain(`Upgrade failed: ${HOSTILE}`);
    await page.getByLabel('Least level').selectOption('error');
    await expect.poll(() => records.count(), WAIT).toBe(1);
    await page.getByRole('tab', { name: 'Status' }).click();
  });

  it('shows changes of settings before it makes them', async () => {
    await page.getByRole('tab', { name: 'Settings' }).click();
    await page.getByRole('button', { name: 'Change settings' }).click();
    await page.getByLabel('Description').fill('Sends mails');
    await page.getByLabel('Start type').selectOption('delayed');
    await page.getByRole('button', { name: 'Show changes' }).click();
    const changes = page.getByRole('table', { name: 'Changes' });
    await expect
      .poll(() => changes.getByRole('rowheader').allInnerTexts(), WAIT)
      .toEqual(['Description', 'Start type']);
    await picture('admin-settings');
    await page.getByRole('button', { name: 'Apply' }).click();
    await expect.poll(async () => (await stage.scm.manager().service(MAILER).config()).startType, WAIT).toBe('delayed');
  });

  it('shows what the doctor found', async () => {
    await page.getByRole('tab', { name: 'Doctor' }).click();
    await expect.poll(() => page.getByText('It runs as LocalSystem.').count(), WAIT).toBe(1);
  });

  it('shows one row for an incident of the watchdog, and pauses a target', async () => {
    watchdog.fail(MAILER, 'no heartbeat for 30 s', 'restart');
    await page.getByRole('link', { name: 'Watchdog' }).click();
    const incidents = page.getByRole('table', { name: `Incidents of ${MAILER}` });
    await expect.poll(() => incidents.getByRole('row').count(), WAIT).toBe(2);
    expect(await incidents.innerText()).toMatch(/no heartbeat for 30 s[^]*restart[^]*still/);
    watchdog.recover(MAILER);
    await expect.poll(() => incidents.innerText(), WAIT).not.toContain('still');
    await page.getByRole('button', { name: `Pause ${ORDERS} for 1 hour` }).click();
    await expect.poll(() => watchdog.paused.get(ORDERS), WAIT).toBe('1h');
    await picture('admin-watchdog');
  });

  it('shows the audit log', async () => {
    await page.getByRole('link', { name: 'Audit log' }).click();
    await expect.poll(() => page.getByRole('table', { name: 'Audit log' }).innerText(), WAIT).toContain('tidy up');
    await picture('admin-audit');
  });

  it('is dark where the system is, and fits every width from 320 px', async () => {
    await page.getByRole('link', { name: 'Services', exact: true }).click();
    await row(ORDERS).waitFor();
    const back = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const light = await back();
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await back()).not.toBe(light);
    await picture('admin-dark');
    const views = { list: '', watchdog: 'watchdog', audit: 'audit', detail: `services/${encodeURIComponent(MAILER)}` };
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const width of [1280, 1041, 1000, 768, 480, 320]) {
        await page.setViewportSize({ width, height: 720 });
        for (const [name, view] of Object.entries(views)) {
          await page.evaluate(`location.hash = '#/${view}'`);
          await page.locator('main table, main section').first().waitFor();
          expect(await page.evaluate<number>('document.documentElement.scrollWidth'), `${name} ${width}`).toBe(width);
          if ([1280, 768, 320].includes(width)) await picture(`admin-${name}-${width}-${colorScheme}`);
        }
      }
    }
    await page.setViewportSize({ width: 320, height: 720 });
    for (const view of ['', 'watchdog', 'audit', `services/${encodeURIComponent(MAILER)}`]) {
      await page.evaluate(`location.hash = '#/${view}'`);
      await page.locator('main table, main section').first().waitFor();
      expect(await page.evaluate<number>('document.documentElement.scrollWidth'), view).toBe(320);
    }
    await picture('admin-320-detail');
    await page.evaluate(`location.hash = '#/'`);
    await row(ORDERS).waitFor();
    await picture('admin-320');
  });

  it('shows hostile names as text, asks no other site, and has no complaints of the browser', async () => {
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.title()).toBe('Services');
    expect(elsewhere).toEqual([]);
    expect(complaints.filter((text) => !/status of (?:504|409)/.test(text))).toEqual([]);
  });

  it('ends the session with "Sign out"', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Token').waitFor();
    await page.reload();
    await picture('admin-signed-out');
    await page.getByLabel('Token').waitFor();
  });
});
