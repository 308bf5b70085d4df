import { execFileSync, execSync, fork, spawn, spawnSync } from 'node:child_process';
import { Console } from 'node:console';
import fs, { writeSync } from 'node:fs';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stdout } from 'node:process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { once } from 'node:events';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { captureOutput } from '../../../src/logging/capture/capture-output.ts';
import { eventually } from '../../support/eventually.ts';

// Taken before the capture, as a program's modules do.
const early = process.stdout;
const earlyConsole = new Console(process.stdout, process.stderr);
const earlyLogger = { stream: process.stdout };
const earlyPino = pino({ base: null, timestamp: false }, process.stdout);
const earlyWriteStream = fs.createWriteStream('', { fd: 1, autoClose: false });

let out: Buffer[];
let err: Buffer[];
let restore: () => void;

beforeEach(() => {
  [out, err] = [[], []];
  restore = captureOutput(
    (chunk) => out.push(Buffer.from(chunk as string)),
    (chunk) => err.push(Buffer.from(chunk as string)),
  );
});
afterEach(() => {
  restore();
});

const outText = (): string => Buffer.concat(out).toString();
const errText = (): string => Buffer.concat(err).toString();

describe('captured output', () => {
  const before: Readonly<Record<string, (text: string) => void>> = {
    'import { stdout }': (text) => stdout.write(text),
    'a kept process.stdout': (text) => early.write(text),
    'a Console': (text) => {
      earlyConsole.log(text.trim());
    },
    'process.stdout itself': (text) => process.stdout.write(text),
    'a logger with a kept stream, as bunyan has it': (text) => earlyLogger.stream.write(text),
    'a bound write': (text) => early.write.bind(early)(text),
    'fs.writeSync(1)': (text) => fs.writeSync(1, text),
    'an imported writeSync': (text) => writeSync(1, text),
    'fs.writeSync of a part': (text) => fs.writeSync(1, Buffer.from(`..${text}..`), 2, text.length),
    'fs.writeSync with options': (text) => {
      // Not in the types of Node 20.
      Reflect.apply(fs.writeSync, fs, [1, Buffer.from(`.${text}`), { offset: 1, length: text.length }]);
    },
    'fs.writevSync': (text) => fs.writevSync(1, [Buffer.from(text.slice(0, 2)), Buffer.from(text.slice(2))]),
    'fs.writeFileSync': (text) => {
      fs.writeFileSync(1, text);
    },
    'fs.appendFileSync': (text) => {
      fs.appendFileSync(1, text);
    },
  };
  for (const [name, write] of Object.entries(before)) {
    it(`has what comes from ${name}`, () => {
      write('kept\n');
      expect(outText()).toBe('kept\n');
    });
  }

  it('has what loggers write that were made before and after', async () => {
    earlyPino.info('early');
    pino({ base: null, timestamp: false }).info('late');
    pino({ base: null, timestamp: false }, pino.destination({ fd: 2, sync: true })).info('to 2');
    pino({ base: null, timestamp: false }, pino.destination({ fd: 1, sync: false })).info('later');
    await eventually(() => {
      const messages = outText()
        .match(/"msg":"[^"]*"/g)
        ?.sort();
      expect(messages).toEqual(['"msg":"early"', '"msg":"late"', '"msg":"later"']);
    });
    expect(errText()).toContain('"msg":"to 2"');
  });

  it('has what asynchronous writes and streams to the descriptors hold, with their results', async () => {
    expect(await promisify(fs.write)(1, Buffer.from('bytes '))).toMatchObject({ bytesWritten: 6 });
    expect(await promisify(fs.write)(1, 'ü ')).toMatchObject({ bytesWritten: 3, buffer: 'ü ' });
    await promisify(fs.appendFile)(1, 'appended ');
    await promisify(fs.writev)(2, [Buffer.from('a'), Buffer.from('b')]);
    await promisify(fs.fsync)(1);
    await new Promise((resolve) => earlyWriteStream.write('stream', resolve));
    expect([outText(), errText()]).toEqual(['bytes ü appended stream', 'ab']);
  });

  it('leaves other files alone', () => {
    const dir = mkdtempSync(join(tmpdir(), 'winsvc fd '));
    const path = join(dir, 'file');
    fs.writeFileSync(path, 'one ');
    const fd = fs.openSync(path, 'a');
    fs.writeSync(fd, 'two');
    fs.closeSync(fd);
    expect([fs.readFileSync(path, 'utf8'), outText()]).toEqual(['one two', '']);
    expect(() => fs.writeSync(999, 'x')).toThrow('EBADF');
    rmSync(dir, { recursive: true });
  });

  it('keeps bytes: characters in two pieces, other encodings, binary', () => {
    const euro = Buffer.from('€');
    process.stdout.write(euro.subarray(0, 1));
    process.stdout.write(euro.subarray(1));
    process.stdout.write('e282ac', 'hex');
    process.stdout.write('4oKs', 'base64');
    process.stdout.write('é', 'latin1');
    process.stdout.write('é', 'utf16le');
    process.stdout.write(new Uint8Array([0, 255, 254]));
    process.stdout.setDefaultEncoding('hex').write('41');
    process.stdout.setDefaultEncoding('utf8');
    expect(Buffer.concat(out)).toEqual(Buffer.from('e282ace282ace282ace9e90000fffe41', 'hex'));
  });

  it('goes on after end(), destroy() and a pipeline', async () => {
    await new Promise<void>((resolve) =>
      process.stdout.end('1', () => {
        resolve();
      }),
    );
    await pipeline(Readable.from(['2', '3']), process.stdout);
    await pipeline(Readable.from(['4']), process.stdout, { end: true });
    Readable.from(['5']).pipe(process.stdout);
    await eventually(() => {
      expect(outText()).toBe('12345');
    });
    process.stdout.write('6');
    await new Promise<void>((resolve) =>
      process.stdout.write('7', () => {
        resolve();
      }),
    );
    expect([outText(), process.stdout.writable]).toEqual(['1234567', true]);
  });

  it('refuses what no stream takes', () => {
    expect(() => process.stdout.write(5 as unknown as string)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }) as Error,
    );
  });

  it('has the output of workers', async () => {
    const worker = new Worker('console.log("from a worker"); process.stderr.write("its error\\n")', { eval: true });
    await once(worker, 'exit');
    await eventually(() => {
      expect([outText(), errText()]).toEqual(['from a worker\n', 'its error\n']);
    });
  });

  const say = 'process.stdout.write("out "); process.stderr.write("err ")';
  const node = process.execPath;
  const children: Readonly<Record<string, (script: string) => unknown>> = {
    "spawn with 'inherit'": (script) => once(spawn(node, [script], { stdio: 'inherit' }), 'close'),
    'spawn with a list': (script) =>
      once(spawn(node, [script], { stdio: ['ignore', 'inherit', process.stderr] }), 'close'),
    'spawn with descriptors': (script) => once(spawn(node, [script], { stdio: ['ignore', 1, 2] }), 'close'),
    fork: (script) => once(fork(script), 'close'),
    spawnSync: (script) => spawnSync(node, [script], { stdio: 'inherit' }),
    execFileSync: (script) => execFileSync(node, [script], { stdio: 'inherit' }),
    execSync: (script) => execSync(`"${node}" "${script}"`, { stdio: [0, 1, 2] }),
  };
  for (const [name, run] of Object.entries(children)) {
    it(`has the output of children that inherit the streams: ${name}`, async () => {
      const dir = mkdtempSync(join(tmpdir(), 'winsvc child '));
      writeFileSync(join(dir, 'say.js'), say);
      await run(join(dir, 'say.js'));
      expect([outText(), errText()]).toEqual(['out ', 'err ']);
      rmSync(dir, { recursive: true });
    });
  }

  it('shows the program a child as it asked for it, and gives it what it asked to read', async () => {
    const child = spawn(node, ['-e', say], { stdio: ['ignore', 'inherit', 'pipe'] });
    expect([child.stdout, child.stdio[1]]).toEqual([null, null]);
    const read: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => read.push(chunk));
    await once(child, 'close');
    expect(Buffer.concat(read).toString()).toBe('err ');
    expect(execFileSync(node, ['-e', say], { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' })).toBe('out ');
    expect(spawnSync(node, ['-e', say], { stdio: ['ignore', 'inherit', 'pipe'], encoding: 'utf8' })).toMatchObject({
      status: 0,
      stdout: null,
      stderr: 'err ',
    });
    expect(() => execSync('exit 3', { stdio: 'inherit' })).toThrow(expect.objectContaining({ status: 3 }) as Error);
    expect([outText(), errText()]).toEqual(['out out ', 'err ']);
  });

  it('gives everything back', () => {
    restore();
    expect(Object.hasOwn(process.stdout, 'end') || Object.hasOwn(process.stderr, '_write')).toBe(false);
    expect([fs.write, fs.writeSync, execSync].map((fn) => fn.name)).toEqual(['write', 'writeSync', 'execSync']);
    expect(process.stdout).toBe(early);
  });
});
