/** Encoding of a file, recognized by its byte order mark, or by what only this encoding can have. */
export type TextEncodingName = 'UTF-8' | 'UTF-16 LE' | 'UTF-16 BE';

/** A decoded text, or the reason why it can't be decoded. */
export type DecodedText = { readonly text: string; readonly encoding: TextEncodingName } | { readonly problem: string };

/**
 * Decodes the bytes of a text file and removes its byte order mark. Notepad and PowerShell write UTF-16, older editors
 * Windows-1252: the first is recognized, the second can't be distinguished from other encodings and is a problem.
 *
 * Source: https://learn.microsoft.com/windows/win32/intl/using-byte-order-marks
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  const encoding = encodingOf(bytes);
  try {
    const decoder = new TextDecoder(encoding.replace(' ', '').toLowerCase(), { fatal: true });
    return { text: decoder.decode(bytes), encoding };
  } catch {
    const line =
      encoding === 'UTF-8' ? `; line ${lineOfBadByte(bytes)} has another encoding, perhaps Windows-1252` : '';
    return { problem: `is not valid ${encoding}${line}: save it as UTF-8` };
  }
}

function encodingOf([first, second, third, fourth]: Uint8Array): TextEncodingName {
  if (first === 0xff && second === 0xfe) return 'UTF-16 LE';
  if (first === 0xfe && second === 0xff) return 'UTF-16 BE';
  // Without a mark: every second byte of ASCII text is 0.
  if (first !== 0 && second === 0 && third !== 0 && (fourth ?? 0) === 0) return 'UTF-16 LE';
  if (first === 0 && second !== undefined && second !== 0 && (third ?? 0) === 0) return 'UTF-16 BE';
  return 'UTF-8';
}

function lineOfBadByte(bytes: Uint8Array): number {
  let line = 1;
  let from = 0;
  for (let end = bytes.indexOf(10); ; end = bytes.indexOf(10, from)) {
    const part = bytes.subarray(from, end < 0 ? undefined : end);
    if (end < 0 || Buffer.from(part).toString('utf8').includes('\ufffd')) return line;
    line += 1;
    from = end + 1;
  }
}
