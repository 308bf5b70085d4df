import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { OpenApiDocument } from 'winsvc/admin';

type Operation = Readonly<
  Record<'responses', Readonly<Record<string, { content?: Readonly<Record<string, { schema?: object }>> }>>>
>;

/** Holds answers to the OpenAPI document: known path and method, described status, media type, and body. */
export class AnswerCheck {
  readonly #document: OpenApiDocument;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  readonly #compiled = new Map<object, ValidateFunction>();
  /** Operations that were answered, to see that none is left out. */
  readonly seen = new Set<string>();

  constructor(document: OpenApiDocument) {
    this.#document = document;
    this.#ajv.addSchema({ $id: 'openapi', ...document });
  }

  /** Throws with what differs. */
  async check(method: string, path: string, response: Response): Promise<void> {
    const type = (response.headers.get('content-type') ?? '').split(';', 1)[0] ?? '';
    if (response.status >= 400) {
      await this.#validate({ $ref: 'openapi#/components/schemas/Problem' }, await response.clone().json(), path);
      if (type !== 'application/problem+json') throw new Error(`${method} ${path}: ${response.status} is ${type}`);
      return;
    }
    const found = Object.entries(this.#document.paths).find(
      ([pattern, item]) => method.toLowerCase() in item && toRegExp(pattern).test(path),
    );
    if (!found) return;
    const operation = found[1][method.toLowerCase()] as Operation & { operationId: string };
    this.seen.add(operation.operationId);
    if (response.status === 304) return;
    const answer = operation.responses[response.status];
    if (!answer) throw new Error(`${operation.operationId}: ${response.status} is not described`);
    const schema = answer.content?.[type]?.schema;
    if (answer.content && !schema && type !== 'application/x-ndjson')
      throw new Error(`${operation.operationId}: ${type} is not described`);
    if (type === 'application/json' && schema) await this.#validate(schema, await response.clone().json(), path);
  }

  async #validate(schema: object, body: unknown, path: string): Promise<void> {
    const absolute = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi#/')) as object;
    const validate = this.#compiled.get(schema) ?? this.#ajv.compile(absolute);
    this.#compiled.set(schema, validate);
    if (!validate(body))
      throw new Error(`${path}: ${this.#ajv.errorsText(validate.errors)}\n${JSON.stringify(body, null, 1)}`);
  }
}

function toRegExp(pattern: string): RegExp {
  return new RegExp(`^/api/v1${pattern.replace(/\{\w+\}/g, '[^/]+')}$`);
}
