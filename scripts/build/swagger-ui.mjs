// Copies Swagger UI from its npm package, and www/docs, which starts it: the page that shows the OpenAPI document.

import { copyFileSync, cpSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../cli/run.mjs';

const SWAGGER_UI = join(root, 'node_modules', 'swagger-ui-dist');
const FILES = [
  'swagger-ui-bundle.js',
  'swagger-ui-bundle.js.LICENSE.txt',
  'swagger-ui.css',
  'favicon-32x32.png',
  'LICENSE',
  'NOTICE',
];

/** Writes the page to a folder. */
export function writeSwaggerUi(folder) {
  cpSync(join(root, 'www', 'docs'), folder, { recursive: true });
  for (const name of FILES) copyFileSync(join(SWAGGER_UI, name), join(folder, name));
}
