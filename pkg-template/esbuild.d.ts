/** The part of esbuild's plugin type that is needed here: nearfar does not depend on esbuild. */
export interface NearfarPlugin {
  name: string;
  setup(build: {
    initialOptions: { outdir?: string; outfile?: string };
    onEnd(callback: (result: { errors: unknown[] }) => void | Promise<void>): void;
  }): void;
}

/**
 * Copies the files that nearfar loads (wasm, model, worker) into the folder of the bundle, which esbuild does not do.
 * All scripts of the bundle must be in that folder, not in subfolders.
 */
export function nearfar(): NearfarPlugin;
