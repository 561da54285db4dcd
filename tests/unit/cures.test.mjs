// The cures of deployment errors: each names the attribute, header or setting to change.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageModules } from '../testkit/page/page-module.mjs';

const { cureOf } = await pageModules('engine/cures.ts');

const ORIGIN = 'https://shop.example';
const WORKER = 'new Worker(): Error: its script did not load';

/** The code, its cause, whether the page is in a frame, and what the cure names. */
const CASES = [
  ['insecure_context', null, false, /https:\/\/shop\.example: serve the page, .* over https/],
  ['permission_policy_blocked', null, true, /Add allow="camera; autoplay; fullscreen" to the <iframe>/],
  ['permission_policy_blocked', null, false, /Permissions-Policy: camera=\(self\)/],
  ['permission_denied', 'NotAllowedError', true, /If the browser did not ask the person: add allow="camera/],
  ['asset_load_failed', '/assets/nearfar.wasm: HTTP 404', false, /dist\/assets .* set assets-url/],
  [
    'asset_load_failed',
    "/a.wasm: served as 'text/html', not as 'application/wasm'",
    false,
    /Content-Type application\/wasm/,
  ],
  ['asset_load_failed', "/a.wasm: 7 bytes of 'text/html' with SHA-256 00, not 01", false, /index\.html/],
  ['asset_load_failed', '/a.wasm: TypeError: Failed to fetch', false, /connect-src .* Access-Control-Allow-Origin/],
  ['asset_timeout', '/a.wasm: not loaded after 20000 ms', false, /timeouts='\{"load": 60000\}'/],
  ['worker_blocked', `${ORIGIN}/worker.js: ${WORKER}`, false, /Add 'self' to worker-src/],
  [
    'worker_blocked',
    `https://cdn.example/worker.js: ${WORKER}`,
    false,
    /Add blob: https:\/\/cdn\.example to worker-src .* script-src/,
  ],
  ['worker_blocked', "TypeError: requires 'TrustedScriptURL' assignment", false, /trusted-types nearfar lit-html/],
  [
    'no_wasm',
    'CompileError: WebAssembly.compile(): blocked by Content Security Policy',
    false,
    /'wasm-unsafe-eval' to script-src/,
  ],
  ['origin_refused', 'ORIGIN_REFUSED', false, /NEARFAR_CORS_ORIGINS=https:\/\/shop\.example/],
];

for (const [code, cause, isFramed, expected] of CASES)
  test(`${code}${cause ? `: ${cause}` : ''}${isFramed ? ', in a frame' : ''}`, () => {
    assert.match(cureOf({ code, cause }, { origin: ORIGIN, isFramed }), expected);
  });

test('an error that only the person can do something about has none', () => {
  for (const [code, cause] of [
    ['permission_denied', 'NotAllowedError'],
    ['camera_in_use', null],
    ['capture_timeout', null],
    ['no_wasm', 'WebAssembly is not available'],
  ])
    assert.equal(cureOf({ code, cause }, { origin: ORIGIN, isFramed: false }), null, code);
});
