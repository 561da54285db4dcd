// An esbuild plugin that copies the wasm modules, the model and the worker next to the bundle. nearfar finds them by
// `new URL('./file', import.meta.url)`, which esbuild does not rewrite.

import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = join(dirname(fileURLToPath(import.meta.url)), 'dist');

export function nearfar() {
  return {
    name: 'nearfar',
    setup(build) {
      const { outdir, outfile } = build.initialOptions;
      const folder = outdir ?? (outfile && dirname(outfile));
      build.onEnd(async ({ errors }) => {
        if (!folder || errors.length > 0) return;
        await mkdir(folder, { recursive: true });
        for (const name of ['assets', 'worker.js']) await cp(join(dist, name), join(folder, name), { recursive: true });
      });
    },
  };
}
