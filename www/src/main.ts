// Entry of the hosted page: opens the journey if the address names a session, otherwise the demo.

import './ui/styles/tokens.ts?document';
import '../style.css';
import { loadEngine } from './engine/loader.js';
import { readOptions } from './engine/url-options.js';
import { isSessionAddress } from './flow/address.js';
import { loadChunk } from './lib/chunks.js';

/** The content that index.html shows if this script or a chunk does not load. */
const fallback = document.querySelector<HTMLElement>('#fallback');
// Hide it at once: without the style sheet it would be visible for a moment.
fallback?.toggleAttribute('hidden', true);

/** Loads the style sheet again if it failed. Without it the page works but looks plain. */
function reloadStyleSheet(): Promise<void> {
  const link = document.querySelector<HTMLLinkElement>('link[rel="stylesheet"]');
  if (!link || link.sheet) return Promise.resolve();
  return loadChunk(
    () =>
      new Promise((done, fail) => {
        const copy = link.cloneNode() as HTMLLinkElement;
        copy.onload = () => done();
        copy.onerror = () => {
          copy.remove();
          fail(new Error(`${link.href} did not load`));
        };
        document.head.append(copy);
      }),
  );
}

reloadStyleSheet().catch((error) => console.warn(String(error)));

/** Begins to load the engine beside the journey, which awaits the same load and reports its errors. */
function preloadEngine({ searchParams }: URL): void {
  try {
    loadEngine(readOptions(searchParams).options.load).catch(() => undefined);
  } catch {
    // The journey reports invalid options.
  }
}

const address = new URL(location.href);
const isSession = isSessionAddress(address);
if (isSession) preloadEngine(address);
const journey = () => import('./flow/hosted.js');
const demo = () => import('./demo/demo.js');
try {
  await loadChunk<unknown>(isSession ? journey : demo);
  fallback?.remove();
} catch (error) {
  console.error(`The page did not load completely: ${error}`);
  // Reload instead of following the link: a reload keeps the fragment, which a second device's link needs.
  fallback?.querySelector('a')?.addEventListener('click', (event) => {
    event.preventDefault();
    location.reload();
  });
  fallback?.toggleAttribute('hidden', false);
  fallback?.classList.add('shown');
}
