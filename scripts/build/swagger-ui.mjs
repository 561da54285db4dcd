// Copies Swagger UI from its npm package, the script that starts it, and the OpenAPI document that it shows.

import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../cli/run.mjs';

const SWAGGER_UI = join(root, 'node_modules', 'swagger-ui-dist');
const FILES = ['swagger-ui-bundle.js', 'swagger-ui-bundle.js.LICENSE.txt', 'swagger-ui.css', 'LICENSE', 'NOTICE'];

/** Writes the files to the folder of the page that shows the API. */
export function writeSwaggerUi(folder) {
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(root, 'www', 'docs', 'api.js'), join(folder, 'api.js'));
  copyFileSync(join(root, 'docs', 'openapi.json'), join(folder, 'openapi.json'));
  for (const name of FILES) copyFileSync(join(SWAGGER_UI, name), join(folder, name));
}
