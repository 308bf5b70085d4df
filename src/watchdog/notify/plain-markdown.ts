/**
 * Text for a service that shows Markdown: log text must not become a link, an image, a mention or HTML. The services
 * know different escapes, so the marks are separated instead: a space between `]` and `(`, and a full-width `<`.
 */
export function plainMarkdown(text: string): string {
  return text
    .replace(/\](?=\s*[([:])/g, '] ')
    .replace(/<(?=[a-z@/!?])/gi, '＜')
    .replace(/\] {2,}(?=[([:])/g, '] ');
}

/** Cuts a text to a number of UTF-8 bytes, at a whole character. */
export function cutBytes(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  const whole = Buffer.from(text)
    .subarray(0, Math.max(0, bytes - 3))
    .toString('utf8')
    .replace(/\uFFFD+$/, '');
  return `${whole}…`;
}

/** Cuts a text so that it takes a number of bytes as JSON: quotes, backslashes and line ends take more there. */
export function cutJsonBytes(text: string, bytes: number): string {
  let cut = cutBytes(text, bytes);
  for (let size = jsonBytes(cut); size > bytes; size = jsonBytes(cut)) {
    cut = cutBytes(cut.replace(/…$/, ''), Math.floor((Buffer.byteLength(cut) * bytes) / size) - 4);
  }
  return cut;
}

function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}
