// Opens a session: its texts and the session itself load at the same time.

import type { SessionView } from '../api/openapi.js';
import { captureError } from '../engine/errors.js';
import { BUILT_IN_I18N, loadI18n } from '../i18n/i18n.js';
import { linkedAbort } from '../lib/abort.js';
import { isPhone } from '../lib/browser.js';
import type { Host } from '../ui/host.js';
import { UiConfig } from '../ui/ui-config.js';
import type { JourneyView } from '../ui/view.js';
import type { OnProgress } from './delivery.js';
import { claimLink } from './handoff-joiner.js';
import type { SessionClient } from './session-client.js';

/** Gives the page texts in this language and the integrator's configuration. */
export async function loadContext(
  view: JourneyView,
  host: Host,
  locale: string,
  ui: Record<string, unknown>,
): Promise<void> {
  const previous = view.context?.i18n;
  const loading = loadI18n(locale, host.options.messages);
  // Texts in another language are better than none.
  const i18n = await loading.catch(() => previous ?? BUILT_IN_I18N);
  const { privacyUrl } = host.options;
  view.context = { i18n, ui: new UiConfig(privacyUrl ? { ...ui, privacyLink: privacyUrl } : ui, isPhone()) };
  host.applyContext(view.context);
  if (i18n === BUILT_IN_I18N) throw captureError('asset_load_failed', 'the texts did not load');
}

/** Opens the session, as the second device if the page has a link, and loads the texts meanwhile. */
export async function openSession(
  client: SessionClient,
  view: JourneyView,
  host: Host,
  showProgress: OnProgress,
  signal: AbortSignal,
): Promise<SessionView> {
  const { link, locale, service } = host;
  const texts = loadContext(view, host, locale, {});
  const requests = linkedAbort(signal);
  // Only texts can show progress, and the session may have opened before them.
  const onProgress: OnProgress = (progress) =>
    void texts.then(() => client.isOpen || showProgress(progress)).catch(() => undefined);
  const claimed = link ? claimLink(service, link, onProgress, requests.signal) : Promise.resolve();
  const opened = claimed.then(() => client.open(locale, onProgress, requests.signal));
  opened.catch(() => undefined);
  await texts.catch((error) => {
    requests.abort();
    throw error;
  });
  return opened;
}
