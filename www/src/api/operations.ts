// The operations of the page's own API, by the types of the OpenAPI document.

import type { paths } from './openapi.js';

/** Where the API is, as the document has it; the client asks below the folder of the hosted page. */
type Root = '/h5/api/v1/';

export type Method = 'get' | 'post' | 'put';

/** The paths that have a method, below the API: `attempts/{id}`. */
export type Route<M extends Method> = {
  [Path in keyof paths]: Path extends `${Root}${infer Below}`
    ? paths[Path] extends Record<M, object>
      ? Below
      : never
    : never;
}[keyof paths];

/** What the document says of a route's method. */
export type Operation<M extends Method, R extends Route<M>> = paths[`${Root}${R}` & keyof paths][M];

/** What any request may say: in its path, its query and its body. */
interface Anything {
  path?: Record<string, string>;
  query?: Record<string, string | number | null>;
  body?: object;
}

type Parameters<O> = O extends { parameters: infer All } ? All : never;

/** What a request of an operation says. */
export type Asked<O> = Anything &
  Pick<Parameters<O>, Extract<keyof Parameters<O>, 'path' | 'query'>> &
  (O extends { requestBody: { content: { 'application/json': infer Body } } } ? { body: Body } : { body?: never });

/** The `data` of a success. */
export type Data<O> = O extends { responses: { 200: { content: { 'application/json': { data: infer Data } } } } }
  ? Exclude<Data, null>
  : never;

/** The address of a route, with all that is asked in it. */
export function address(base: URL, route: string, { path, query }: Anything): URL {
  const filled = route.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path?.[name] ?? ''));
  const url = new URL(filled, base);
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, String(value));
  return url;
}
