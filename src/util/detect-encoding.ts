/** Encoding of a text file that programs of Windows write. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/**
 * Detects the encoding of a file by its byte order mark. Without one, text is UTF-16 when most of its bytes at odd or at
 * even places are 0, as with Latin letters.
 */
export function detectEncoding(start: Buffer): TextEncoding {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  const pairs = Math.floor(start.length / 2);
  let even = 0;
  let odd = 0;
  for (let at = 0; at < pairs * 2; at += 2) {
    if (start[at] === 0) even += 1;
    if (start[at + 1] === 0) odd += 1;
  }
  if (pairs === 0 || Math.abs(odd - even) < pairs * 0.4) return 'utf-8';
  return odd > even ? 'utf-16le' : 'utf-16be';
}
