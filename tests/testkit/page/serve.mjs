// Serves dist/ as a host of the page should: correct types, a strict policy, hashed files cached for ever.

import { createServer } from 'node:http';
import { join } from 'node:path';
import { root } from '../../../scripts/cli/run.mjs';

/** The content security policy; see the options of `serve`. */
export function policy({ connect, inline = false } = {}) {
  const sources = inline ? "'self' 'unsafe-inline'" : "'self'";
  return [
    'frame-ancestors *',
    "default-src 'none'",
    `script-src ${sources} 'wasm-unsafe-eval'`,
    "worker-src 'self'",
    `connect-src 'self'${connect ? ` ${connect}` : ''}`,
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    `style-src ${sources}`,
    ...(connect ? [`frame-src ${connect}`] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

const HASHED = /\.[0-9a-f]{8}\.\w+$/;

function setHeaders(response, pathname, policy) {
  response.setHeader('Cache-Control', HASHED.test(pathname) ? 'public, max-age=31536000, immutable' : 'no-cache');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Content-Security-Policy', policy);
  // Allows the page's own use of the camera; a page that frames it delegates with allow="camera".
  response.setHeader('Permissions-Policy', 'camera=(self), microphone=(), geolocation=()');
}

/**
 * Serves a folder on localhost.
 * @param {{port?: number, folder?: string, before?: (request, response) => boolean, connect?: string,
 *   inline?: boolean}} options `port` 0: any free port; `before`: may answer a request itself, and then returns true;
 *   `connect`: an origin that the page may connect to and frame; `inline`: allows inline scripts and styles
 * @returns {Promise<{url: string, port: number, close: () => Promise<void>}>}
 */
export async function serve(options = {}) {
  const { port = 8787, folder = join(root, 'dist'), before = () => false } = options;
  const { default: sirv } = await import('sirv');
  const allowed = policy(options);
  const files = sirv(folder, { etag: true, setHeaders: (response, path) => setHeaders(response, path, allowed) });
  const server = createServer((request, response) => {
    if (before(request, response)) return;
    files(request, response, () => {
      response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' });
      response.end('not found');
    });
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, 'localhost', resolve);
  });
  const bound = server.address().port;
  return {
    url: `http://localhost:${bound}/`,
    port: bound,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}
