// How the owner of a website cures an error: the exact attribute, header or setting to change. Loaded with the first
// error only.

import type { CaptureFailure } from './types.js';

/** What the cure depends on. */
export interface PageFacts {
  /** The page's origin. */
  origin: string;
  isFramed: boolean;
}

/** The first address in a text, if it is of another origin. */
function otherOrigin(text: string, origin: string): string | null {
  const [address] = text.match(/https?:\/\/[^\s;,)]+/) ?? [];
  const other = address ? new URL(address).origin : origin;
  return other === origin ? null : other;
}

function assetCure(cause: string): string {
  if (/served as|SHA-256/.test(cause))
    return 'The host answers with something else than the built file, such as its index.html: let it serve the files of the package’s dist/assets unchanged, with Content-Type application/wasm for .wasm, or set assets-url to a folder that does.';
  if (/HTTP \d/.test(cause))
    return 'Publish the package’s dist/assets and dist/worker.js next to its scripts, or set assets-url (and worker-src) to their addresses.';
  return 'Nothing answered: check that the host is up and that the Content-Security-Policy of the page has its origin in connect-src and script-src. A host of another origin has to send Access-Control-Allow-Origin.';
}

function workerCure(cause: string, { origin }: PageFacts): string {
  if (cause.includes('TrustedScriptURL'))
    return 'Add "trusted-types nearfar lit-html" to the page’s Content-Security-Policy.';
  const other = otherOrigin(cause, origin);
  const sources = other ? `blob: ${other}` : "'self'";
  const script = other ? `, and ${other} to script-src` : '';
  return `Add ${sources} to worker-src of the page’s Content-Security-Policy${script}.`;
}

const IFRAME = 'allow="camera; autoplay; fullscreen"';

/** The cure of an error; null if only the person can do something about it. */
export function cureOf({ code, cause }: CaptureFailure, page: PageFacts): string | null {
  const text = String(cause ?? '');
  switch (code) {
    case 'insecure_context':
      return `Browsers hide the camera from ${page.origin}: serve the page, and every page around it, over https. http://localhost is allowed too.`;
    case 'permission_policy_blocked':
      return page.isFramed
        ? `Add ${IFRAME} to the <iframe> that shows this page, and let no response header Permissions-Policy forbid the camera.`
        : 'Let the page’s response header say Permissions-Policy: camera=(self).';
    case 'permission_denied':
      return page.isFramed
        ? `If the browser did not ask the person: add ${IFRAME} to the <iframe> that shows this page.`
        : null;
    case 'asset_load_failed':
      return assetCure(text);
    case 'asset_timeout':
      return 'Compress the files, cache them and serve them from nearer to the person, or allow more time: timeouts=\'{"load": 60000}\'.';
    case 'worker_blocked':
      return workerCure(text, page);
    case 'no_wasm':
      return /CompileError|EvalError|Content Security Policy|unsafe-eval/i.test(text)
        ? "Add 'wasm-unsafe-eval' to script-src of the page’s Content-Security-Policy."
        : null;
    case 'origin_refused':
      return `Add ${page.origin} to cors_origins of the service: NEARFAR_CORS_ORIGINS=${page.origin}.`;
    default:
      return null;
  }
}
