import * as z from 'zod/mini';

/** Schemas that the notifiers share. */
export const urlSchema = z.custom(
  (value) =>
    (typeof value === 'string' || value instanceof URL) &&
    URL.canParse(String(value)) &&
    /^https?:$/.test(new URL(value).protocol),
  'must be an http: or https: URL',
);
export const headersSchema = z.record(z.string(), z.string('must be a text'), 'must be an object of texts');
