// Which page tells of which trouble.

import type { CaptureFailure } from '../engine/errors.js';
import type { Notice } from './pages.js';
import type { ServiceError } from './service.js';

const CAMERA: Record<string, Pick<Notice, 'title' | 'text'>> = {
  permission_denied: { title: 'denied_title', text: 'denied_text' },
  permission_policy_blocked: { title: 'trouble_title', text: 'finished_text' },
  insecure_context: { title: 'trouble_title', text: 'old_browser_text' },
  no_media_devices: { title: 'trouble_title', text: 'old_browser_text' },
  no_wasm: { title: 'trouble_title', text: 'old_browser_text' },
  no_camera: { title: 'trouble_title', text: 'no_camera_text' },
  overconstrained: { title: 'trouble_title', text: 'no_camera_text' },
  camera_in_use: { title: 'trouble_title', text: 'camera_in_use_text' },
  stream_interrupted: { title: 'trouble_title', text: 'camera_stopped_text' },
  asset_load_failed: { title: 'load_title', text: 'load_text' },
  asset_timeout: { title: 'load_title', text: 'load_text' },
};

/** A capture that could not be made. */
export function captureTrouble({ code, recoverable }: CaptureFailure): Notice {
  const words = CAMERA[code] ?? { title: 'problem_title', text: 'problem_text' };
  // A permission that was refused is asked for again only by a page that is loaded anew.
  const action = code === 'permission_denied' || words.title === 'load_title' ? 'reload' : 'again';
  return { ...words, code, action: recoverable || action === 'reload' ? action : undefined };
}

/** A request that the service refused, or never answered. */
export function serviceTrouble({ code }: ServiceError): Notice {
  if (code === 'SESSION_EXPIRED') return { title: 'expired_title', text: 'expired_text', code };
  if (code === 'SESSION_FINISHED') return { title: 'finished_title', text: 'finished_text', code };
  if (code === 'IAM_FAILED') return { title: 'unknown_title', text: 'unknown_text', code };
  return { title: 'problem_title', text: 'problem_text', action: 'reload', code };
}
