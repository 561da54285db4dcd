// Collects what the browser reports about the device and its camera, as evidence for the score. All fields are
// optional.

import type { DeviceFacts, InjectionEvidence } from '../api/openapi.js';
import { isVirtual } from '../engine/cameras.js';
import { browserLanguage, userAgent } from '../lib/browser.js';

/** The longest text that the service accepts. */
const MAX_TEXT = 512;

/** `Function.prototype.toString` of a fresh realm, which no script of this page has patched. */
function cleanToString(): typeof Function.prototype.toString {
  const frame = document.createElement('iframe');
  frame.hidden = true;
  document.documentElement.append(frame);
  const clean = (frame.contentWindow as (Window & typeof globalThis) | null)?.Function.prototype.toString;
  frame.remove();
  return clean ?? Function.prototype.toString;
}

function hasReplacedFunction(): boolean {
  const functions = [
    navigator.mediaDevices?.getUserMedia,
    navigator.mediaDevices?.enumerateDevices,
    MediaStreamTrack.prototype.getSettings,
    HTMLMediaElement.prototype.play,
  ];
  try {
    const text = cleanToString();
    return functions.some((one) => one !== undefined && !/\{\s*\[native code\]\s*\}\s*$/.test(text.call(one)));
  } catch {
    // The page's policy allows no frames: nothing is known, and nobody is stopped.
    return false;
  }
}

function injectionEvidence(track: MediaStreamTrack | null): InjectionEvidence[] {
  const evidence: InjectionEvidence[] = [];
  if (navigator.webdriver) evidence.push('automation');
  if (track && isVirtual(track.label)) evidence.push('virtual_camera');
  if (track && ('canvas' in track || !track.getSettings().deviceId)) evidence.push('made_track');
  if (hasReplacedFunction()) evidence.push('replaced_function');
  return evidence;
}

/** The facts about the device, and about the track if the page captured with its own camera. */
export function deviceFacts(track: MediaStreamTrack | null): DeviceFacts {
  const settings = track?.getSettings() ?? {};
  const { userAgentData } = navigator as Navigator & { userAgentData?: { mobile: boolean } };
  const facts: { [Name in keyof DeviceFacts]: DeviceFacts[Name] | undefined } = {
    userAgent: userAgent().slice(0, MAX_TEXT),
    languages: (navigator.languages ?? [browserLanguage()]).slice(0, 8),
    screenWidth: screen.width,
    screenHeight: screen.height,
    pixelRatio: devicePixelRatio,
    signs: injectionEvidence(track),
    mobile: userAgentData?.mobile,
    cameraLabel: track?.label.slice(0, MAX_TEXT),
    facingMode: settings.facingMode,
    // The service accepts integers only.
    frameWidth: settings.width && Math.round(settings.width),
    frameHeight: settings.height && Math.round(settings.height),
    frameRate: settings.frameRate,
    orientation: screen.orientation?.type,
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}
