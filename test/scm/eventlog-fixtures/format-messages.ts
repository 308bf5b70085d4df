/**
 * What Windows itself finds in a message file, by raw calls and nothing of the library: arguments are a JSON file
 * `{ dll, lookups: [id, language][], strings }` and one for the texts (null: no such message).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import koffi from 'koffi';

const LOAD_LIBRARY_AS_DATAFILE = 0x2;
const FORMAT_MESSAGE_FROM_HMODULE = 0x800;
const FORMAT_MESSAGE_ARGUMENT_ARRAY = 0x2000;

const kernel32 = koffi.load('kernel32.dll');
const LoadLibraryExW = kernel32.func('__stdcall', 'LoadLibraryExW', 'void *', ['str16', 'void *', 'uint32']);
const FormatMessageW = kernel32.func('__stdcall', 'FormatMessageW', 'uint32', [
  'uint32',
  'void *',
  'uint32',
  'uint32',
  'void *',
  'uint32',
  'void *',
]);
const GetLastError = kernel32.func('__stdcall', 'GetLastError', 'uint32', []);

interface Job {
  readonly dll: string;
  readonly lookups: readonly (readonly [id: number, language: number])[];
  readonly strings: readonly string[];
}

const [jobFile = '', textsFile = ''] = process.argv.slice(2);
const { dll, lookups, strings } = JSON.parse(readFileSync(jobFile, 'utf8')) as Job;
const module = LoadLibraryExW(dll, null, LOAD_LIBRARY_AS_DATAFILE) as unknown;
if (!module) throw new Error(`LoadLibraryExW(${dll}) failed with ${String(GetLastError())}`);

const texts = strings.map((text) => Buffer.from(`${text}\0`, 'utf16le'));
const memory = koffi.alloc('uint8', 8 * texts.length + texts.reduce((sum, text) => sum + text.length, 0)) as bigint;
const inserts = Buffer.from(koffi.view(memory, 8 * texts.length + texts.reduce((sum, text) => sum + text.length, 0)));
let at = 8 * texts.length;
texts.forEach((text, index) => {
  inserts.writeBigUInt64LE(memory + BigInt(at), index * 8);
  text.copy(inserts, at);
  at += text.length;
});

const out = Buffer.alloc(64_000);
const flags = FORMAT_MESSAGE_FROM_HMODULE | FORMAT_MESSAGE_ARGUMENT_ARRAY;
const found = lookups.map(([id, language]) => {
  const length = FormatMessageW(flags, module, id, language, out, out.length / 2, memory) as number;
  return length === 0 ? null : out.toString('utf16le', 0, length * 2);
});
writeFileSync(textsFile, JSON.stringify(found));
