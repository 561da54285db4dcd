// The operations of the page API, typed by the OpenAPI document.

import type { paths } from './openapi.js';

/** The path prefix in the document; the client resolves routes against the folder of the hosted page. */
type Root = '/h5/api/v1/';

export type Method = 'get' | 'post' | 'put';

/** The routes that have a method, relative to the API's root: `attempts/{id}`. */
export type Route<M extends Method> = {
  [Path in keyof paths]: Path extends `${Root}${infer Below}`
    ? paths[Path] extends Record<M, object>
      ? Below
      : never
    : never;
}[keyof paths];

/** The document's description of one method of a route. */
export type Operation<M extends Method, R extends Route<M>> = paths[`${Root}${R}` & keyof paths][M];

/** Path parameters, query parameters and body of any request. */
interface AnyRequest {
  path?: Record<string, string>;
  query?: Record<string, string | number | null>;
  body?: object;
}

type Parameters<O> = O extends { parameters: infer All } ? All : never;

/** Path parameters, query parameters and body of one operation. */
export type RequestOptions<O> = AnyRequest &
  Pick<Parameters<O>, Extract<keyof Parameters<O>, 'path' | 'query'>> &
  (O extends { requestBody: { content: { 'application/json': infer Body } } } ? { body: Body } : { body?: never });

/** The `data` of a successful response. */
export type ResponseData<O> = O extends {
  responses: { 200: { content: { 'application/json': { data: infer Data } } } };
}
  ? Exclude<Data, null>
  : never;

/** The URL of a request. */
export function requestUrl(base: URL, route: string, { path, query }: AnyRequest): URL {
  const filled = route.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path?.[name] ?? ''));
  const url = new URL(filled, base);
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, String(value));
  return url;
}
