// nearfar/testing: a fake camera for tests in browsers. It shows people drawn by code, who follow the page.

import { fakeCamera } from './camera/factory.js';
import type { TestWindow } from './camera/patches.js';
import { SCENARIOS, type ScenarioName } from './scenarios.js';
import type { FakeCamera, FakeCameraOptions, Scenario } from './types.js';

export { missingEvents } from './missing-events.js';
export {
  type Answer,
  openSandboxSession,
  type SandboxAccount,
  type SandboxRequest,
  type SandboxSession,
} from './sandbox.js';
export { SCENARIOS, type ScenarioName } from './scenarios.js';
export type {
  ExpectedEvent,
  FakeCamera,
  FakeCameraOptions,
  PersonName,
  PlayedEvent,
  Position,
  Refusal,
  ResultCode,
  SandboxResult,
  Scenario,
  Scene,
} from './types.js';

function scenarioOf(scenario: ScenarioName | Scenario): Scenario {
  if (typeof scenario !== 'string') return scenario;
  const found: Scenario | undefined = SCENARIOS[scenario];
  if (!found) throw new TypeError(`nearfar/testing: there is no scenario "${scenario}"`);
  return found;
}

/**
 * The source of a script that replaces the camera of the page in which it runs. It needs nothing else, and returns the
 * camera, which is also `window.nearfarCamera`. Run it before the page's own scripts.
 *
 * @example
 * ```js
 * await page.addInitScript({ content: fakeCameraScript('captured') });
 * ```
 */
export function fakeCameraScript(scenario: ScenarioName | Scenario, options: FakeCameraOptions = {}): string {
  const given = [scenarioOf(scenario), options].map((value) => JSON.stringify(value)).join();
  return `(${fakeCamera})().installCamera(window,${given})`;
}

/** Replaces the camera of a window: your own, or that of a frame of the same origin. */
export function installFakeCamera(
  window: Window,
  scenario: ScenarioName | Scenario,
  options: FakeCameraOptions = {},
): FakeCamera {
  return fakeCamera().installCamera(window as TestWindow, scenarioOf(scenario), options);
}
