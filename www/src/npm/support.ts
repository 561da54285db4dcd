// Tests what this browser supports. Loads no files, asks for no permission, needs no session.

import { relaxedSimd, simd } from 'wasm-feature-detect';
import { cameraPermission } from '../lib/browser.js';

/** The name of a test. */
export type SupportTest =
  | 'secure_context'
  | 'camera_api'
  | 'camera_policy'
  | 'camera'
  | 'permission'
  | 'wasm'
  | 'wasm_simd'
  | 'wasm_relaxed_simd'
  | 'workers'
  | 'video_frame'
  | 'track_processor'
  | 'offscreen_canvas'
  | 'custom_elements'
  | 'media_recorder';

/** The result of one test. */
export interface SupportCheck {
  test: SupportTest;
  /** Null if this browser does not reveal it. */
  passed: boolean | null;
  /** Whether a capture needs it; the other features make it faster. */
  needed: boolean;
}

/** The results of all tests. */
export interface Support {
  /** Whether a capture can work here, as far as this can be known without asking for the camera. */
  supported: boolean;
  /** The wasm build that would run; null if none does. */
  build: 'relaxed' | 'simd' | 'scalar' | null;
  checks: SupportCheck[];
}

/** The document's permissions policy, in Chromium only. */
interface PolicyDocument {
  featurePolicy?: { allowsFeature(name: string): boolean };
}

async function hasCamera(): Promise<boolean | null> {
  const devices = await navigator.mediaDevices?.enumerateDevices?.().catch(() => null);
  return devices ? devices.some(({ kind }) => kind === 'videoinput') : null;
}

async function mayAsk(): Promise<boolean | null> {
  const state = await cameraPermission();
  return state ? state !== 'denied' : null;
}

/** Whether the smallest valid module is accepted here. */
function hasWasm(): boolean {
  return typeof WebAssembly === 'object' && WebAssembly.validate(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
}

/** Tests this browser. Never rejects; on a server all tests fail. */
export async function checkSupport(): Promise<Support> {
  const has = (name: string) => name in globalThis;
  const isWindow = has('document') && has('navigator');
  const wasm = hasWasm();
  const [hasSimd, hasRelaxed] = wasm ? await Promise.all([simd(), relaxedSimd()]) : [false, false];
  const [camera, permission] = isWindow ? await Promise.all([hasCamera(), mayAsk()]) : [false, false];
  const policy = isWindow ? (document as PolicyDocument).featurePolicy : undefined;
  const needed: [SupportTest, boolean | null][] = [
    ['secure_context', globalThis.isSecureContext === true],
    ['camera_api', isWindow && typeof navigator.mediaDevices?.getUserMedia === 'function'],
    ['camera_policy', policy ? policy.allowsFeature('camera') : isWindow ? null : false],
    ['camera', camera],
    ['permission', permission],
    ['wasm', wasm],
    ['workers', has('Worker')],
    ['custom_elements', has('customElements')],
  ];
  const useful: [SupportTest, boolean | null][] = [
    ['wasm_simd', hasSimd],
    ['wasm_relaxed_simd', hasRelaxed],
    ['video_frame', has('VideoFrame')],
    ['track_processor', has('MediaStreamTrackProcessor')],
    ['offscreen_canvas', has('OffscreenCanvas')],
    ['media_recorder', has('MediaRecorder')],
  ];
  const listed = (list: [SupportTest, boolean | null][], needed: boolean): SupportCheck[] =>
    list.map(([test, passed]) => ({ test, passed, needed }));
  return {
    supported: needed.every(([, passed]) => passed !== false),
    build: wasm ? (hasRelaxed ? 'relaxed' : hasSimd ? 'simd' : 'scalar') : null,
    checks: [...listed(needed, true), ...listed(useful, false)],
  };
}
