// Which page tells of which trouble.

import type { ServiceError } from '../api/client.js';
import type { CaptureFailure } from '../engine/errors.js';
import type { InstructionCode } from '../engine/types.js';
import type { Key } from '../i18n/i18n.js';
import { userAgent } from '../lib/browser.js';
import { instruction } from '../ui/pages.js';
import type { Action, Notice, Setting, Skin } from '../ui/screen.js';

/** How the camera is allowed after it was refused. Chromium's brands and the user agent are all that tells. */
function grantText(userAgent: string): Key {
  if (/; wv\)|FBAN|FBAV|Instagram|Line\/|(iPhone|iPad)(?!.*Safari\/)/.test(userAgent)) return 'grant_app';
  if (/Firefox\//.test(userAgent)) return 'grant_firefox';
  if (/Chrome\/|CriOS\//.test(userAgent)) return 'grant_chrome';
  if (/(iPhone|iPad).*Safari\//.test(userAgent)) return 'grant_safari_phone';
  return /Macintosh.*Safari\//.test(userAgent) ? 'grant_safari' : 'denied_text';
}

/** Which fields of the configuration dress which page of words. */
export const SKINS = {
  denied: {
    page: 'MultiDeviceProcessPage',
    icon: 'refreshPageTopIconLink',
    title: 'refreshPageBoldText',
    text: 'refreshPageTipText',
    button: 'refreshPageBtn',
  },
  failed: { page: 'FailedDialog', icon: 'iconLink', title: 'desc', button: 'button' },
  timeout: { page: 'TimeoutPage', icon: 'iconLink', title: 'boldText', text: 'tipText', button: 'tryAgainButton' },
  verified: {
    page: 'MultiDeviceProcessPage',
    icon: 'verifyFinishedPageTopIconLink',
    title: 'verifyFinishedPageBoldText',
    text: 'verifyFinishedPageTipText',
  },
} satisfies Record<string, Skin>;

/** What can be done about it here: ask for the camera again, load the page anew, nothing. */
export type Remedy = 'again' | 'reload' | null;

interface Trouble extends Pick<Notice, 'title' | 'text' | 'skin' | 'code'> {
  remedy: Remedy;
  /** Whether the camera is to blame, so that another device or camera program may help. */
  isCamera: boolean;
}

const CAMERA: Record<string, [title: Key, text: Key]> = {
  permission_policy_blocked: ['trouble_title', 'policy_text'],
  insecure_context: ['trouble_title', 'old_browser_text'],
  no_media_devices: ['trouble_title', 'old_browser_text'],
  no_wasm: ['trouble_title', 'old_browser_text'],
  no_camera: ['trouble_title', 'no_camera_text'],
  overconstrained: ['trouble_title', 'no_camera_text'],
  camera_in_use: ['trouble_title', 'camera_in_use_text'],
  no_frames: ['silent_title', 'silent_text'],
  stream_interrupted: ['trouble_title', 'camera_stopped_text'],
};
/** Faults of the website around: what the person can do is tell its owner. */
const SITE: Record<string, [title: Key, text: Key]> = {
  worker_blocked: ['problem_title', 'setup_text'],
};
const LOADING = ['asset_load_failed', 'asset_timeout'];

/** A capture that could not be made. */
export function captureTrouble({ code, recoverable, cause }: CaptureFailure): Trouble {
  if (code === 'permission_denied') {
    const denied = { code, skin: SKINS.denied, isCamera: true };
    // Chromium alone tells these apart. A question that was closed may be asked again at once.
    if (/dismissed/i.test(String(cause)))
      return { ...denied, title: 'dismissed_title', text: 'dismissed_text', remedy: 'again' };
    // A permission that was refused is asked for again only by a page that is loaded anew.
    const text = /by system/i.test(String(cause)) ? 'denied_system_text' : grantText(userAgent());
    return { ...denied, title: 'denied_title', text, remedy: 'reload' };
  }
  if (LOADING.includes(code))
    return { title: 'load_title', text: 'load_text', code, remedy: 'reload', isCamera: false };
  const site = SITE[code];
  if (site) return { title: site[0], text: site[1], skin: SKINS.failed, code, remedy: null, isCamera: false };
  const remedy = recoverable ? 'again' : null;
  const camera = CAMERA[code];
  if (camera) return { title: camera[0], text: camera[1], code, remedy, isCamera: true };
  return { title: 'problem_title', text: 'problem_text', skin: SKINS.failed, code, remedy, isCamera: false };
}

/** Time is up: what the person was told longest, in vain, and what helps; null where no instruction took the time. */
export function timeoutNotice(setting: Setting, unmet: InstructionCode | null, actions: Action[]): Notice {
  const told = unmet && instruction(setting, unmet);
  const lines = told ? [setting.words.text('timeout_reason', { instruction: told.text }), told.said] : [];
  return { title: 'timeout_title', text: 'timeout_text', lines, skin: SKINS.timeout, actions };
}

/** The same for whoever shows the journey. */
export function serviceFailure({ code, message, retryAfter }: ServiceError): CaptureFailure {
  const known = { SESSION_EXPIRED: 'session_expired', IAM_FAILED: 'session_unknown' } as const;
  const stable = known[code as keyof typeof known] ?? 'service';
  return { name: 'CaptureError', code: stable, message, recoverable: retryAfter !== null, cause: code };
}

/** Whether there is nothing more to try: the session's status tells where the person may go. */
export function endsSession({ code }: ServiceError): boolean {
  return code === 'TRY_LIMIT_REACHED' || code === 'SESSION_FINISHED' || code === 'SESSION_EXPIRED';
}

/** A request that the service refused, or never answered. */
export function serviceTrouble({ code }: ServiceError): Trouble {
  const end = (title: Key, text: Key) => ({ title, text, code, remedy: null, isCamera: false });
  if (code === 'SESSION_EXPIRED') return end('expired_title', 'expired_text');
  if (code === 'SESSION_FINISHED') return end('finished_title', 'finished_text');
  if (code === 'IAM_FAILED') return end('unknown_title', 'unknown_text');
  if (code === 'HANDOFF_TAKEN') return end('second_taken_title', 'second_taken_text');
  if (code === 'HANDOFF_VOIDED') return end('handoff_voided_title', 'second_voided_text');
  // A device that has opened its link too often: as with one that is old, a new link is what helps.
  if (code === 'HANDOFF_LIMIT') return end('expired_title', 'second_taken_text');
  if (code === 'HANDOFF_NOT_FOUND') return end('expired_title', 'second_taken_text');
  if (code === 'ORIGIN_REFUSED') return { ...end('problem_title', 'setup_text'), remedy: 'reload' };
  return { ...end('problem_title', 'problem_text'), skin: SKINS.failed, remedy: 'reload' };
}
