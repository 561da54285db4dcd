// The second device of the cross-device process: it opens the link, and waits for the first one's word.

import type { Service } from '../api/client.js';
import type { SessionView, StatusView } from '../api/openapi.js';
import { storage } from '../lib/storage.js';
import type { Screen } from '../ui/screen.js';
import { freshId } from './attempt.js';
import { nextStatus, persistently, type Tell } from './delivery.js';

/** Opens the link. With the same id, kept for this tab, it can be opened again: after a reload, say. */
export async function claim(service: Service, link: string, tell: Tell, signal: AbortSignal): Promise<void> {
  const kept = `nearfar-device-${link.split('.')[0]}`;
  const deviceId = storage.read(kept) ?? freshId();
  storage.write(kept, deviceId);
  await persistently(() => service.claim(link, deviceId), tell, signal);
}

/** Shows the number until the first device has said that it is the right one, or the session is over. */
export async function awaitWord(
  { status }: SessionView,
  service: Service,
  screen: Screen,
  signal: AbortSignal,
): Promise<StatusView> {
  let now = status;
  while (!now.active && (now.state === 'open' || now.state === 'retry') && now.handoff?.state === 'claimed') {
    await screen.show({ name: 'number', number: now.handoff?.number ?? '' });
    now = await nextStatus(service, now.version, () => undefined, signal);
  }
  return now;
}
