// Bundles the fake camera of `nearfar/testing` into one function, whose text can be sent to a page.

import { join } from 'node:path';
import { root } from '../cli/run.mjs';
import { syntaxTargets } from './browser-targets.mjs';

const camera = join(root, 'www', 'src', 'testing', 'camera');

/** An esbuild plugin that replaces testing/camera/factory.ts by a function that contains the whole camera. */
export const bundleFakeCamera = {
  name: 'bundle-fake-camera',
  setup({ onLoad, esbuild }) {
    onLoad({ filter: /testing[\\/]camera[\\/]factory\.ts$/ }, async () => {
      const { outputFiles } = await esbuild.build({
        entryPoints: [join(camera, 'install.ts')],
        bundle: true,
        minify: true,
        write: false,
        format: 'iife',
        globalName: 'camera',
        target: syntaxTargets(),
        charset: 'utf8',
        logLevel: 'warning',
      });
      return { contents: `export function fakeCamera() {${outputFiles[0].text}return camera}`, loader: 'js' };
    });
  },
};
