// @ts-check
/** Console mode in a console window. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, waitUntil } from '../verdict.mjs';

const WINE = 'its console windows need a display';

/** Program that writes how it was stopped. @param {string} out @param {string} name */
const program = (out, name) => `
import { writeFileSync } from 'node:fs';
import { defineService } from 'winsvc';
const out = ${JSON.stringify(out)};
const service = defineService({
  name: ${JSON.stringify(name)},
  start() { writeFileSync(out + '.pid', String(process.pid)); },
  stop(ctx) { writeFileSync(out, ctx.reason); },
});
await service.run();
`;

/** Sends an event to the console of another process, as a member of that console. */
const sender = `
import koffi from 'koffi';
const [, , pid, what] = process.argv;
const kernel32 = koffi.load('kernel32.dll');
const user32 = koffi.load('user32.dll');
kernel32.func('int FreeConsole()')();
if (!kernel32.func('int AttachConsole(uint32_t)')(Number(pid))) process.exit(2);
if (what === 'break') kernel32.func('int GenerateConsoleCtrlEvent(uint32_t, uint32_t)')(1, 0);
else user32.func('int PostMessageW(intptr_t, uint32_t, intptr_t, intptr_t)')(kernel32.func('intptr_t GetConsoleWindow()')(), 0x10, 0, 0);
`;

/** @param {import('../kit.mjs').Kit} kit @param {'break' | 'close'} what */
async function stopBy(kit, what) {
  const out = join(kit.folder, `${what}.txt`);
  // Beside the checks, where winsvc and koffi are found.
  const base = join(import.meta.dirname, '..', kit.newName(what));
  writeFileSync(`${base}.mjs`, program(out, kit.newName('console')));
  writeFileSync(`${base}-sender.mjs`, sender);
  kit.onCleanup(() => {
    for (const file of [`${base}.mjs`, `${base}-sender.mjs`]) rmSync(file, { force: true });
  });
  // `start` makes the window; conhost makes it a classic one, where Windows Terminal is the default.
  const opened = await kit.run(
    'cmd.exe',
    '/d',
    '/c',
    'start',
    // The title; without it the first argument in quotes would be the title.
    '',
    'conhost.exe',
    process.execPath,
    `${base}.mjs`,
  );
  expect(opened.code === 0, `cmd.exe could not open a window: ${opened.stderr}`);
  const pid = await waitUntil(() => existsSync(`${out}.pid`) && readFileSync(`${out}.pid`, 'utf8'), {
    ms: 20_000,
    what: 'the program in its window',
  });
  kit.onCleanup(() => kit.run('taskkill.exe', '/f', '/pid', pid));
  spawn(process.execPath, [`${base}-sender.mjs`, pid, what], { stdio: 'ignore', windowsHide: true }).on(
    'error',
    () => undefined,
  );
  const reason = await waitUntil(() => existsSync(out) && readFileSync(out, 'utf8'), {
    ms: 10_000,
    what: 'the stop handler',
  });
  expect(reason === 'console', `stop with reason ${reason}`);
  return `stop with reason ${reason}`;
}

/** @type {import('../check.mjs').Check[]} */
export const checks = [
  {
    id: 'console-break',
    title: 'Ctrl+Break stops a program in a terminal',
    wine: WINE,
    run: (kit) => stopBy(kit, 'break'),
  },
  {
    id: 'console-close',
    title: 'A closed window stops the program in it',
    wine: WINE,
    run: (kit) => stopBy(kit, 'close'),
  },
];
