// For a plain script tag: defines the element, and the package's functions as `nearfar`, loaded with the first call.

import type * as Package from './index.js';

declare global {
  var nearfar: Nearfar | undefined;
}

/** The functions of the package; `embed` returns a promise here too. */
export interface Nearfar {
  createCapture: typeof Package.createCapture;
  detectFaces: typeof Package.detectFaces;
  checkSupport: typeof Package.checkSupport;
  defineElement: typeof Package.defineElement;
  embed(...args: Parameters<typeof Package.embed>): Promise<Package.Embedded>;
}

const script = document.currentScript as HTMLScriptElement | null;
let loaded: Promise<typeof Package> | null = null;

function load(): Promise<typeof Package> {
  const index = new URL('./index.js', script?.src ?? document.baseURI).href;
  loaded ??= import(index) as Promise<typeof Package>;
  loaded.catch(() => {
    loaded = null;
  });
  return loaded;
}

globalThis.nearfar = {
  createCapture: (async (options?: Package.HeadlessOptions) =>
    (await load()).createCapture(options)) as typeof Package.createCapture,
  detectFaces: async (...args) => (await load()).detectFaces(...args),
  checkSupport: async () => (await load()).checkSupport(),
  defineElement: async (...args) => (await load()).defineElement(...args),
  embed: async (...args) => (await load()).embed(...args),
};
void globalThis.nearfar.defineElement();
