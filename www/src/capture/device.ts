// What the browser says of the device and its camera, for whoever judges the attempt. Nothing of it has to be there.

import type { DeviceFacts, Sign } from '../api/openapi.js';
import { isVirtual } from '../engine/cameras.js';
import { browserLanguage, userAgent } from '../lib/browser.js';

/** The longest text that the service takes. */
const MOST_TEXT = 512;

/** What turns a function into its text: of a realm that no script of this one has touched. */
function cleanToString(): typeof Function.prototype.toString {
  const frame = document.createElement('iframe');
  frame.hidden = true;
  document.documentElement.append(frame);
  const clean = (frame.contentWindow as (Window & typeof globalThis) | null)?.Function.prototype.toString;
  frame.remove();
  return clean ?? Function.prototype.toString;
}

function isReplaced(): boolean {
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
    // A page whose policy allows no frame at all: nothing is known, and nobody is stopped by it.
    return false;
  }
}

function signsOf(track: MediaStreamTrack | null): Sign[] {
  const signs: Sign[] = [];
  if (navigator.webdriver) signs.push('automation');
  if (track && isVirtual(track.label)) signs.push('virtual_camera');
  if (track && ('canvas' in track || !track.getSettings().deviceId)) signs.push('made_track');
  if (isReplaced()) signs.push('replaced_function');
  return signs;
}

/** The facts, of the track too where a camera of the page's own was used. */
export function deviceFacts(track: MediaStreamTrack | null): DeviceFacts {
  const settings = track?.getSettings() ?? {};
  const { userAgentData } = navigator as Navigator & { userAgentData?: { mobile: boolean } };
  const facts: { [Name in keyof DeviceFacts]: DeviceFacts[Name] | undefined } = {
    userAgent: userAgent().slice(0, MOST_TEXT),
    languages: (navigator.languages ?? [browserLanguage()]).slice(0, 8),
    screenWidth: screen.width,
    screenHeight: screen.height,
    pixelRatio: devicePixelRatio,
    signs: signsOf(track),
    mobile: userAgentData?.mobile,
    cameraLabel: track?.label.slice(0, MOST_TEXT),
    facingMode: settings.facingMode,
    // The service takes whole numbers.
    frameWidth: settings.width && Math.round(settings.width),
    frameHeight: settings.height && Math.round(settings.height),
    frameRate: settings.frameRate,
    orientation: screen.orientation?.type,
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}
