// For a plain script tag: the package's functions as `nearfar`, loaded with the first call, and the element.

import type * as Package from './index.js';

declare global {
  var nearfar: Nearfar | undefined;
}

/** The functions of the package; `embed`, too, answers with a promise here. */
export interface Nearfar {
  createCapture: typeof Package.createCapture;
  detectFaces: typeof Package.detectFaces;
  checkSupport: typeof Package.checkSupport;
  defineElement: typeof Package.defineElement;
  embed(...given: Parameters<typeof Package.embed>): Promise<Package.Embedded>;
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
  createCapture: async (...given) => (await load()).createCapture(...given),
  detectFaces: async (...given) => (await load()).detectFaces(...given),
  checkSupport: async () => (await load()).checkSupport(),
  defineElement: async (...given) => (await load()).defineElement(...given),
  embed: async (...given) => (await load()).embed(...given),
};
void globalThis.nearfar.defineElement();
