// The second device of a handoff: opens the link and waits for the first device's confirmation.

import type { ServiceClient } from '../api/client.js';
import type { SessionView, StatusView } from '../api/openapi.js';
import { storage } from '../lib/storage.js';
import type { JourneyView, Notice } from '../ui/view.js';
import { randomId } from './attempt.js';
import { nextStatus, type OnProgress, retry } from './delivery.js';
import { awaitsConfirmation } from './session-state.js';

/** Opens the link. The device id is stored for this tab, so that the link can be opened again after a reload. */
export async function claimLink(
  service: ServiceClient,
  link: string,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<void> {
  const key = `nearfar-device-${link.split('.')[0]}`;
  const deviceId = storage.read(key) ?? randomId();
  storage.write(key, deviceId);
  await retry(() => service.claim(link, deviceId), onProgress, signal);
}

/** Shows the number until the first device has confirmed it or the session is over. */
export async function awaitConfirmation(
  { status }: SessionView,
  service: ServiceClient,
  view: JourneyView,
  signal: AbortSignal,
): Promise<StatusView> {
  let current = status;
  while (awaitsConfirmation(current)) {
    await view.show({ name: 'number', number: current.handoff?.number ?? '' });
    current = await nextStatus(service, current.version, () => undefined, signal);
  }
  return current;
}

/** Why the second device cannot continue. */
export function lostLinkNotice({ handoff }: StatusView): Notice {
  return handoff?.state === 'voided'
    ? { title: 'handoff_voided_title', text: 'second_voided_text' }
    : { title: 'expired_title', text: 'second_taken_text' };
}
