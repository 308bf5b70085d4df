import type { PageFile } from '../context.ts';

/** Only files of this server: no inline script or style, no other site. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** Answers with a file of the page; `undefined`: there is none of this name. */
export function pageResponse(path: string, files: ReadonlyMap<string, PageFile> | undefined): Response | undefined {
  const file = files?.get(path === '/' || path === '' ? 'index.html' : path.slice(1));
  if (!file) return undefined;
  return new Response(file.content, {
    headers: { 'Content-Type': `${file.type}; charset=utf-8`, 'Content-Security-Policy': POLICY },
  });
}
