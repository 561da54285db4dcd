// npm run sizes: measures each entry of the npm package in bytes, bundled by esbuild. See its --help.

import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { PACKAGE } from '../scripts/build/package.mjs';
import { readArguments } from '../scripts/cli/command.mjs';
import { main, UserError } from '../scripts/cli/run.mjs';
import { writeDocs } from './lib/docs.mjs';
import { table } from './lib/report.mjs';
import { bundlePiece, matchingFile } from './shipped/pieces.mjs';

const COMMAND = {
  name: 'npm run sizes',
  summary:
    'Prints how many bytes each entry of the npm package adds to an application, bundled by esbuild.\n' +
    'The package must be built (npm run package). Its budget is tests/packaging/budget.json.',
  options: { docs: { help: 'Writes the table to docs/PACKAGE.md' } },
};

/** By name: the import, and the chunks on demand that count: those of one run in English. */
const ENTRIES = {
  'nearfar/support': { code: "export * from './dist/support.js'" },
  'nearfar/embed': { code: "export * from './dist/embed.js'" },
  'nearfar/react': { code: "export * from './react.js'", external: ['react'] },
  'nearfar/vue': { code: "export * from './vue.js'", external: ['vue'] },
  'nearfar/testing': { code: "export * from './dist/testing.js'" },
  'nearfar/element, before it is defined': { code: "export * from './dist/element.js'" },
  'nearfar/element, in use': { code: "export * from './dist/element.js'", follow: /liveness|nearfar|sealing|en_US/ },
  'createCapture, in use': { code: "export { createCapture } from './dist/index.js'", follow: /nearfar/ },
  'createCapture, in a session': {
    code: "export { createCapture } from './dist/index.js'",
    follow: /nearfar|sealing|session-capture/,
  },
  'detectFaces, in use': { code: "export { detectFaces } from './dist/index.js'", follow: /nearfar/ },
};

const FILES = {
  'the worker': /^dist\/worker\.js$/,
  'wasm, relaxed SIMD': /relaxed[^/]*\.wasm$/,
  'wasm, SIMD': /-simd[^/]*\.wasm$/,
  'wasm, neither': /scalar[^/]*\.wasm$/,
  'wasm that seals uploads': /sealing[^/]*\.wasm$/,
  'the model': /\.bin$/,
  'the script tag': /^dist\/global\.js$/,
};

/** Maps each name to its bytes, `{raw, gzip, brotli}`. The package must be built. */
export async function packageSizes() {
  if (!existsSync(PACKAGE)) throw new UserError('nearfar is not built: npm run package');
  const sizes = {};
  const put = (name, { raw, gzip, brotli }) => {
    sizes[name] = { raw, gzip, brotli };
  };
  for (const [name, { code, ...options }] of Object.entries(ENTRIES))
    put(name, await bundlePiece(name, PACKAGE, code, options));
  for (const [name, pattern] of Object.entries(FILES)) put(name, matchingFile('file', PACKAGE, pattern));
  return sizes;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    const { values } = readArguments(COMMAND);
    const rows = Object.entries(await packageSizes()).map(([name, size]) => [name, size.raw, size.gzip, size.brotli]);
    const figures = table('', ['bytes', 'raw', 'gzip', 'brotli'], rows);
    console.log(figures);
    if (values.docs)
      writeDocs('sizes', `Summed up on ${new Date().toISOString().slice(0, 10)}:`, figures, 'PACKAGE.md');
  });
}
