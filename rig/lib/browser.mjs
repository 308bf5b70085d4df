// @ts-check
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { which } from './run.mjs';

/** Where browsers are on Windows, under the folder of programs. */
const ON_WINDOWS = ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe'];

/** @returns {string | undefined} a Chromium of this machine */
export function findBrowser() {
  if (process.platform === 'win32') {
    const folders = [process.env['ProgramFiles'], process.env['ProgramFiles(x86)']].filter((at) => at !== undefined);
    return folders.flatMap((at) => ON_WINDOWS.map((path) => join(at, path))).find((path) => existsSync(path));
  }
  return ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map(which).find((path) => path);
}
