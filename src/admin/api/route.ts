import type * as z from 'zod';
import type { AdminContext, Call } from '../context.ts';
import type { AdminRole } from '../security/roles.ts';

/**
 * Callers that may use a route: a role and all above it; `logs`: viewers with the right to read logs; `public`:
 * everyone.
 */
export type Access = AdminRole | 'logs' | 'public';

/** An answer that a route can give. */
export interface RouteAnswer {
  readonly description: string;
  /** `undefined`: no body. */
  readonly schema?: z.ZodType;
  /** Default `application/json`. */
  readonly type?: string;
  readonly headers?: readonly string[];
}

/** A route: the check of its requests, their description in OpenAPI, and their answer. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api/v1`, with parameters as in OpenAPI: `/services/{name}`. */
  readonly path: string;
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly access: Access;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Default `application/json`. */
  readonly bodyType?: string;
  /** Allows a missing body: an empty object then. */
  readonly bodyOptional?: boolean;
  /** Headers that the route reads. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly answers: Readonly<Record<number, RouteAnswer>>;
  /** The parameter `name` is a service that must be writable. */
  readonly writes?: boolean;
  handle(call: Call<never, never, never>, context: AdminContext): Promise<Response> | Response;
}

type Output<T> = T extends z.ZodType ? z.output<T> : undefined;

/** Defines a route; its handler receives the request as parsed by the schemas. */
export function route<
  P extends z.ZodObject | undefined = undefined,
  Q extends z.ZodObject | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(
  definition: Omit<Route, 'params' | 'query' | 'body' | 'handle'> & {
    readonly params?: P;
    readonly query?: Q;
    readonly body?: B;
    handle(call: Call<Output<P>, Output<Q>, Output<B>>, context: AdminContext): Promise<Response> | Response;
  },
): Route {
  return definition as unknown as Route;
}
