import * as z from 'zod';
import type { OpenApiDocument } from './openapi-document.ts';
import { PROBLEM_CODES } from './problem-codes.ts';
import type { Route, RouteAnswer } from './route.ts';
import { problemSchema } from './schemas/problem.ts';
import { components } from './schemas/registry.ts';

type Json = Record<string, unknown>;

const TAGS = {
  machine: 'The machine and this server.',
  session: 'Login of the page.',
  services: 'Services and their settings.',
  operations: 'Actions on services.',
  records: 'Logs, events, diagnosis and the audit log.',
  watchdog: 'The watchdog.',
};

/** Makes the OpenAPI 3.1 document of the routes, from the schemas that check the requests. */
export function openApiOf(routes: readonly Route[], version: string): OpenApiDocument {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = (paths[route.path] ??= {});
    path[route.method.toLowerCase()] = operationOf(route);
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'winsvc admin',
      version,
      summary: 'Manages the services of a Windows machine.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/api/v1' }],
    security: [{ token: [] }, { session: [] }, { certificate: [] }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: componentSchemas(),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'Token of winsvc admin token create, or a JWT.' },
        session: { type: 'apiKey', in: 'cookie', name: 'winsvc_admin', description: 'Session of the page.' },
        certificate: { type: 'mutualTLS', description: 'Client certificate whose fingerprint is known.' },
      },
    },
  };
}

function operationOf(route: Route): Json {
  const problems: Json = {
    description: `A problem document. Codes: ${Object.keys(PROBLEM_CODES).join(', ')}, and those of docs/errors.md.`,
    content: { 'application/problem+json': { schema: schemaOf(problemSchema, 'output') } },
  };
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    description: `Needs: ${route.access}.`,
    ...(route.access === 'public' && { security: [] }),
    parameters: [
      ...parametersOf(route.params, 'path'),
      ...parametersOf(route.query, 'query'),
      ...Object.entries(route.headers ?? {}).map(([name, description]) => ({
        name,
        in: 'header',
        description,
        schema: { type: 'string' },
      })),
    ],
    ...(route.body && {
      requestBody: {
        required: route.bodyOptional !== true,
        content: { [route.bodyType ?? 'application/json']: { schema: schemaOf(route.body, 'input') } },
      },
    }),
    responses: {
      ...Object.fromEntries(Object.entries(route.answers).map(([status, answer]) => [status, answerOf(answer)])),
      '4XX': problems,
      '5XX': problems,
    },
  };
}

function answerOf({ description, schema, type = 'application/json', headers = [] }: RouteAnswer): Json {
  const isText = type.startsWith('text/');
  return {
    description,
    ...(headers.length > 0 && {
      headers: Object.fromEntries(headers.map((name) => [name, { schema: { type: 'string' } }])),
    }),
    ...(schema && { content: { [type]: { schema: schemaOf(schema, 'output') } } }),
    ...(!schema && isText && { content: { [type]: { schema: { type: 'string' } } } }),
  };
}

function parametersOf(shape: z.ZodObject | undefined, place: 'path' | 'query'): Json[] {
  return Object.entries(shape?.shape ?? {}).map(([name, schema]) => {
    const json = schemaOf(schema as z.ZodType, 'input');
    const { description, ...rest } = json;
    return {
      name,
      in: place,
      required: place === 'path' || !(schema as z.ZodType).safeParse(undefined).success,
      ...(typeof description === 'string' && { description }),
      schema: rest,
    };
  });
}

const REF = '#/components/schemas/';

/** A component by its name, anything else in place. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const known = components.get(schema);
  if (known) return { $ref: REF + known.id };
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io,
    metadata: components,
    unrepresentable: 'any',
  });
  return json;
}

function componentSchemas(): Json {
  const { schemas } = z.toJSONSchema(components, {
    io: 'output',
    unrepresentable: 'any',
    uri: (id) => REF + id,
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _s, $id: _i, id: _n, ...json }]) => [id, json]),
  );
}
