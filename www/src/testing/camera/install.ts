// Replaces the camera of a window by a fake one that plays a scenario.

import type { FakeCamera, FakeCameraOptions, Scenario } from '../types.js';
import { CanvasCamera } from './canvas-camera.js';
import { hideFeature } from './missing-features.js';
import { listen } from './page-events.js';
import { Patches, type TestWindow } from './patches.js';

/** The only camera. */
const DEVICE = { deviceId: 'nearfar-camera', groupId: 'nearfar-camera', kind: 'videoinput', label: 'Test camera' };

/** Replaces the window's camera; a fake camera from before is removed. */
export function installCamera(window: TestWindow, scenario: Scenario, options: FakeCameraOptions = {}): FakeCamera {
  window.nearfarCamera?.remove();
  const patches = new Patches();
  const isUpright = window.innerHeight > window.innerWidth;
  const { person = 'ada', width = isUpright ? 480 : 640, height = isUpright ? 640 : 480, frameRate = 20 } = options;
  const canvasCamera = new CanvasCamera(window, { person, width, height, frameRate }, scenario);
  const { refusal } = scenario;
  const { MediaDevices, Permissions } = window;
  if (MediaDevices) {
    // On the prototype: WebKit forgets what is set on the object itself when it collects the object's wrapper.
    patches.set(MediaDevices.prototype, 'getUserMedia', async (constraints?: MediaStreamConstraints) => {
      if (refusal?.error) throw new window.DOMException(refusal.error.message, refusal.error.name);
      if (!constraints?.video) throw new window.DOMException('only a camera is here', 'NotFoundError');
      return canvasCamera.open(refusal?.silent === true);
    });
    patches.set(MediaDevices.prototype, 'enumerateDevices', async () =>
      refusal?.lacks === 'camera' ? [] : [{ ...DEVICE, toJSON: () => DEVICE }],
    );
  }
  if (Permissions) {
    const { query } = Permissions.prototype;
    patches.set(Permissions.prototype, 'query', async function (this: Permissions, wanted: PermissionDescriptor) {
      if ((wanted.name as string) !== 'camera') return query.call(this, wanted);
      // After a dismissed question the browser may ask again.
      const isDismissed = /dismissed/.test(refusal?.error?.message ?? '');
      const denied = isDismissed ? 'prompt' : 'denied';
      const state = refusal?.error?.name === 'NotAllowedError' ? denied : 'granted';
      return Object.assign(new window.EventTarget(), { name: 'camera', state, onchange: null });
    });
  }
  if (refusal?.lacks) hideFeature(window, refusal.lacks, patches);
  const { events, stop } = listen(window.document, canvasCamera);
  const camera: FakeCamera = {
    events,
    play: (next) => canvasCamera.play(next),
    report: (name, detail) => canvasCamera.onEvent({ ...detail, name }),
    remove: () => {
      stop();
      canvasCamera.close();
      patches.undo();
      delete window.nearfarCamera;
    },
  };
  window.nearfarCamera = camera;
  return camera;
}
