// The part of the OpenAPI document that integrators use: without the page's API and the operator's addresses.

import { readFileSync } from 'node:fs';
import { DOCUMENT } from './openapi.mjs';

/** Tags of the routes that are no integrator's. */
const OTHERS = ['Page', 'Operation'];

/** The names of the schemas that a part of the document refers to. */
const references = (part) =>
  [...JSON.stringify(part).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name);

/** The document without the routes of `OTHERS`, and with only the schemas that its routes need. */
export function integratorApi(document = JSON.parse(readFileSync(DOCUMENT, 'utf8'))) {
  const isIntegrators = ({ tags }) => !tags.some((tag) => OTHERS.includes(tag));
  const paths = Object.fromEntries(
    Object.entries(document.paths)
      .map(([path, methods]) => [path, Object.entries(methods).filter(([, operation]) => isIntegrators(operation))])
      .filter(([, methods]) => methods.length > 0)
      .map(([path, methods]) => [path, Object.fromEntries(methods)]),
  );
  const needed = new Set();
  const waiting = references([paths, document.webhooks ?? {}]);
  while (waiting.length > 0) {
    const name = waiting.pop();
    if (needed.has(name)) continue;
    needed.add(name);
    waiting.push(...references(document.components.schemas[name]));
  }
  const schemas = Object.fromEntries(Object.entries(document.components.schemas).filter(([name]) => needed.has(name)));
  return { ...document, paths, components: { ...document.components, schemas } };
}
