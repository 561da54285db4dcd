// Hides features of a window that a capture needs.

import type { Refusal } from '../types.js';
import type { Patches, TestWindow } from './patches.js';

type Lack = NonNullable<Refusal['lacks']>;

const HIDE: Record<Lack, (window: TestWindow, patches: Patches) => void> = {
  secure_context: (window, patches) => patches.get(window, 'isSecureContext', () => false),
  media_devices: (window, patches) => patches.get(window.Navigator.prototype, 'mediaDevices', () => undefined),
  policy(window, patches) {
    // Only Chromium has this policy; elsewhere the page cannot distinguish it from a denial.
    const policy = { allowsFeature: () => false, allowedFeatures: () => [] };
    patches.get(window.Document.prototype, 'featurePolicy', () => policy);
  },
  wasm: (window, patches) => patches.set(window, 'WebAssembly', undefined),
  workers(window, patches) {
    patches.set(window, 'Worker', function blocked() {
      throw new window.DOMException('blocked by the scenario', 'SecurityError');
    });
  },
  // The list of devices is empty: see install.ts.
  camera: () => undefined,
};

/** Hides a feature of the window. */
export function hideFeature(window: TestWindow, what: Lack, patches: Patches): void {
  HIDE[what](window, patches);
}
