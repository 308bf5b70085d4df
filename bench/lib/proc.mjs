// @ts-check
/**
 * What a Windows process under Wine costs Linux. Its Windows pid means nothing outside Wine, so it is found by its
 * command line, which holds the name of the run's own temporary folder.
 */
import { closeSync, openSync, readFileSync, readSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';

/** @param {string} winFile a Windows path on its command line @returns {number} its Linux pid */
export function unixPid(winFile) {
  const found = pids().filter((pid) => {
    const [exe = '', ...args] = text(`/proc/${pid}/cmdline`).split('\0');
    return /[\\/]node\.exe$/.test(exe) && args.includes(winFile);
  });
  if (found.length !== 1) throw new Error(`${found.length} processes run ${winFile}, not 1`);
  return found[0] ?? 0;
}

/** Ends whatever runs a file of a folder of ours, by its Linux pid. @param {string} winDir */
export function endAllIn(winDir) {
  for (const pid of pids()) {
    const args = text(`/proc/${pid}/cmdline`).split('\0');
    if (args.some((arg) => arg.startsWith(`${winDir}\\`))) process.kill(pid, 'SIGKILL');
  }
}

/**
 * Private memory outside the image of the executable, in MiB. Wine reads node.exe's 80 MiB image into private memory,
 * where Windows shares it with every other Node; counted, it would drown what is compared.
 * @param {number} pid @param {string} exe its file
 */
export function privateMiB(pid, exe) {
  const image = basename(exe);
  const size = imageBytes(exe);
  let kB = 0;
  let imageAt = Number.NaN;
  let inImage = false;
  for (const line of text(`/proc/${pid}/smaps`).split('\n')) {
    const mapping = /^([0-9a-f]+)-[0-9a-f]+ \S+ \S+ \S+ \S+ *(.*)$/.exec(line);
    if (mapping) {
      const at = Number.parseInt(mapping[1] ?? '', 16);
      // Only its header is mapped from the file; the sections behind it are anonymous.
      if (Number.isNaN(imageAt) && basename(mapping[2] ?? '') === image) imageAt = at;
      inImage = at >= imageAt && at < imageAt + size;
    } else if (!inImage) {
      kB += Number(/^Private_(?:Clean|Dirty): +(\d+) kB$/.exec(line)?.[1] ?? 0);
    }
  }
  if (Number.isNaN(imageAt)) throw new Error(`process ${pid} has no image of ${image}`);
  return kB / 1024;
}

/** How often each of its threads has gone to sleep of its own accord. @param {number} pid @returns {Map<string, number>} */
export function sleeps(pid) {
  const count = (/** @type {string} */ tid) =>
    Number(/^voluntary_ctxt_switches:\s+(\d+)$/m.exec(text(`/proc/${pid}/task/${tid}/status`))?.[1] ?? 0);
  return new Map(readdirSync(`/proc/${pid}/task`).map((tid) => [tid, count(tid)]));
}

/**
 * CPU time of all its threads so far, in milliseconds: counted by the scheduler, where the clock ticks of `stat` are 10 ms.
 * @param {number} pid
 */
export function cpuMs(pid) {
  const of = (/** @type {string} */ tid) => Number(text(`/proc/${pid}/task/${tid}/schedstat`).split(' ')[0]);
  return readdirSync(`/proc/${pid}/task`).reduce((sum, tid) => sum + of(tid), 0) / 1e6;
}

/** Processes of a Wine prefix, its server among them. @param {string} prefix */
export const pidsOf = (prefix) =>
  pids().filter((pid) => text(`/proc/${pid}/environ`).split('\0').includes(`WINEPREFIX=${prefix}`));

const pids = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

/** Empty for a process that has just gone. @param {string} file */
function text(file) {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

/** SizeOfImage of the PE header. @param {string} exe */
function imageBytes(exe) {
  const fd = openSync(exe, 'r');
  try {
    const header = Buffer.alloc(4096);
    readSync(fd, header, 0, header.length, 0);
    return header.readUInt32LE(header.readUInt32LE(0x3c) + 24 + 56);
  } finally {
    closeSync(fd);
  }
}
