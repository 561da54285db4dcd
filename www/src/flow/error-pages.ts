// Chooses the page for each error of the capture or the service.

import type { ServiceError } from '../api/client.js';
import type { CaptureFailure } from '../engine/errors.js';
import type { InstructionCode } from '../engine/types.js';
import type { MessageKey } from '../i18n/i18n.js';
import { userAgent } from '../lib/browser.js';
import { instructionText } from '../ui/instructions.js';
import type { Action, Notice, NoticeTheme, PageContext } from '../ui/view.js';

/** How to allow the camera after it was denied. The user agent string is the only source. */
function grantText(userAgent: string): MessageKey {
  if (/; wv\)|FBAN|FBAV|Instagram|Line\/|(iPhone|iPad)(?!.*Safari\/)/.test(userAgent)) return 'grant_app';
  if (/Firefox\//.test(userAgent)) return 'grant_firefox';
  if (/Chrome\/|CriOS\//.test(userAgent)) return 'grant_chrome';
  if (/(iPhone|iPad).*Safari\//.test(userAgent)) return 'grant_safari_phone';
  return /Macintosh.*Safari\//.test(userAgent) ? 'grant_safari' : 'denied_text';
}

/** The configuration fields that style each kind of notice. */
export const NOTICE_THEMES = {
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
} satisfies Record<string, NoticeTheme>;

/** What the person can do on this device: try again, reload the page, or nothing. */
export type RecoveryAction = 'again' | 'reload' | null;

interface ErrorNotice extends Pick<Notice, 'title' | 'text' | 'theme' | 'code'> {
  recovery: RecoveryAction;
  /** Whether the camera is the cause, so that another device or the system camera may help. */
  isCamera: boolean;
}

const CAMERA: Record<string, [title: MessageKey, text: MessageKey]> = {
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
/** Faults of the surrounding website: only its owner can fix them. */
const SITE: Record<string, [title: MessageKey, text: MessageKey]> = {
  worker_blocked: ['problem_title', 'setup_text'],
};
const LOADING = ['asset_load_failed', 'asset_timeout'];

/** The notice for a capture that failed. */
export function captureErrorNotice({ code, recoverable, cause }: CaptureFailure): ErrorNotice {
  if (code === 'permission_denied') {
    const denied = { code, theme: NOTICE_THEMES.denied, isCamera: true };
    // Only Chromium distinguishes these. A prompt that was dismissed may be shown again at once.
    if (/dismissed/i.test(String(cause)))
      return { ...denied, title: 'dismissed_title', text: 'dismissed_text', recovery: 'again' };
    // After a denial the browser asks again only once the page was reloaded.
    const text = /by system/i.test(String(cause)) ? 'denied_system_text' : grantText(userAgent());
    return { ...denied, title: 'denied_title', text, recovery: 'reload' };
  }
  if (LOADING.includes(code))
    return { title: 'load_title', text: 'load_text', code, recovery: 'reload', isCamera: false };
  const site = SITE[code];
  if (site)
    return { title: site[0], text: site[1], theme: NOTICE_THEMES.failed, code, recovery: null, isCamera: false };
  const recovery = recoverable ? 'again' : null;
  const camera = CAMERA[code];
  if (camera) return { title: camera[0], text: camera[1], code, recovery, isCamera: true };
  return { title: 'problem_title', text: 'problem_text', theme: NOTICE_THEMES.failed, code, recovery, isCamera: false };
}

/** The notice for a timeout, with the instruction shown longest and how to follow it; `unmet` null without one. */
export function timeoutNotice(context: PageContext, unmet: InstructionCode | null, actions: Action[]): Notice {
  const instruction = unmet && instructionText(context, unmet);
  const reason = (text: string) => context.i18n.format('timeout_reason', { instruction: text });
  const lines = instruction ? [reason(instruction.text), instruction.spoken] : [];
  return { title: 'timeout_title', text: 'timeout_text', lines, theme: NOTICE_THEMES.timeout, actions };
}

/** The notice for a request that the service rejected or never answered. */
export function serviceErrorNotice({ code }: ServiceError): ErrorNotice {
  const end = (title: MessageKey, text: MessageKey) => ({ title, text, code, recovery: null, isCamera: false });
  if (code === 'SESSION_EXPIRED') return end('expired_title', 'expired_text');
  if (code === 'SESSION_FINISHED') return end('finished_title', 'finished_text');
  if (code === 'IAM_FAILED') return end('unknown_title', 'unknown_text');
  if (code === 'HANDOFF_TAKEN') return end('second_taken_title', 'second_taken_text');
  if (code === 'HANDOFF_VOIDED') return end('handoff_voided_title', 'second_voided_text');
  // The device has opened its link too often: as with an expired link, a new one helps.
  if (code === 'HANDOFF_LIMIT') return end('expired_title', 'second_taken_text');
  if (code === 'HANDOFF_NOT_FOUND') return end('expired_title', 'second_taken_text');
  if (code === 'ORIGIN_REFUSED') return { ...end('problem_title', 'setup_text'), recovery: 'reload' };
  return { ...end('problem_title', 'problem_text'), theme: NOTICE_THEMES.failed, recovery: 'reload' };
}
