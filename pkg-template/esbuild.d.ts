/** A plugin of esbuild, as far as its type goes here: nearfar does not depend on esbuild. */
export interface NearfarPlugin {
  name: string;
  setup(build: {
    initialOptions: { outdir?: string; outfile?: string };
    onEnd(callback: (result: { errors: unknown[] }) => void | Promise<void>): void;
  }): void;
}

/**
 * Puts the files that nearfar loads (its wasm, its model, its worker) into the folder of the bundle, which esbuild
 * does not do by itself. All scripts of the bundle have to be in that folder, not in folders below it.
 */
export function nearfar(): NearfarPlugin;
