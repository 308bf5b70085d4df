/** OpenAPI document, as plain JSON. */
export interface OpenApiDocument {
  /** Version of OpenAPI. */
  readonly openapi: string;
  /** Title, version and license. */
  readonly info: Readonly<Record<string, unknown>>;
  /** Operations by path and method. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Schemas and security schemes by name. */
  readonly components: { readonly schemas: Readonly<Record<string, unknown>>; readonly [part: string]: unknown };
  /** Other parts of the document. */
  readonly [part: string]: unknown;
}
