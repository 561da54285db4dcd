// With a session in its address the page is the journey, else the demo.

import '../style.css';
import { isJourney } from './flow/address.js';
import { loadChunk } from './lib/chunks.js';

/** What index.html shows by itself when this script does not come, or when a chunk does not. */
const fallback = document.querySelector<HTMLElement>('#fallback');
// Where the style sheet did not come it would be seen for a moment.
fallback?.toggleAttribute('hidden', true);

/** Loads the style sheet again where it failed. Without it the page works, and looks plain. */
function restyle(): Promise<void> {
  const link = document.querySelector<HTMLLinkElement>('link[rel="stylesheet"]');
  if (!link || link.sheet) return Promise.resolve();
  return loadChunk(
    () =>
      new Promise((done, fail) => {
        const again = link.cloneNode() as HTMLLinkElement;
        again.onload = () => done();
        again.onerror = () => {
          again.remove();
          fail(new Error(`${link.href} did not load`));
        };
        document.head.append(again);
      }),
  );
}

restyle().catch((error) => console.warn(String(error)));
const journey = () => import('./flow/hosted.js');
const demo = () => import('./demo/demo.js');
try {
  await loadChunk<unknown>(isJourney(new URL(location.href)) ? journey : demo);
  fallback?.remove();
} catch (error) {
  console.error(`The page did not load completely: ${error}`);
  // Not by its address, as without this script: a reload keeps the fragment, which a second device's link needs.
  fallback?.querySelector('a')?.addEventListener('click', (event) => {
    event.preventDefault();
    location.reload();
  });
  fallback?.toggleAttribute('hidden', false);
  fallback?.classList.add('shown');
}
