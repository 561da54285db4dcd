// Opens a session's page in headless Chromium, with the real service and a scenario as the camera.

import { launchChromium } from '../browser/chromium.mjs';
import { scenarioVideo } from '../scenarios/generate.mjs';
import { openSession, post, signIn } from '../service/integrator.mjs';
import { openService } from '../service/service.mjs';
import { address, LONG_STAGES, viewport, wholeVideo } from './capture.mjs';

/** The return address of sessions. The test answers it, so no request leaves this machine. */
export const SHOP = 'https://shop.example/';

/** The text on a page, for the report of a failed test. */
function pageText(page) {
  return page.getByRole('main').textContent({ timeout: 1000 }).catch(String);
}

/** How many captures the page has started: each needs a nonce. */
export function captureCount({ requestUrls, service }) {
  return requestUrls.filter((url) => url === `${service.url}h5/api/v1/attempts`).length;
}

/**
 * Creates a session and prepares its page; `open` opens it. Closes everything when the test ends.
 * @param {{scenario?: string | null, ui?: object, tokenRequest?: object, settings?: object, options?: object, env?:
 *   object, chromium?: object, device?: object}} given `scenario`: null for no video; `ui`: a ConfigureUI request; `tokenRequest`: more
 *   fields of Get Token, of a sandbox account if `sandbox` is among them; `settings`: the account's; `options`: the page's URL options; `env`: the service's;
 *   `chromium`: options of `launchChromium`; `device`: the page's options in Playwright, such as `hasTouch`
 */
export async function openJourney(t, given = {}) {
  const { scenario = 'far_to_near', ui, tokenRequest, settings = {}, options = {}, env, chromium, device } = given;
  const service = await openService(t, env, settings, tokenRequest?.sandbox !== undefined);
  const access = await signIn(service.url, service);
  if (ui) await post(`${service.url}openapi/liveness/v1/h5/configureUI`, access, ui);
  const session = await openSession(service.url, access, tokenRequest);
  const video = scenario === null ? undefined : await scenarioVideo(scenario);
  const browser = await launchChromium({ video, ...chromium });
  const page = await browser.newPage({ viewport: viewport('portrait'), ...device });
  t.after(async () => {
    if (!t.passed) t.diagnostic(`the page showed: ${await pageText(page)}`);
    await browser.close();
  });
  const pageErrors = [];
  page.on('pageerror', (error) => pageErrors.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && pageErrors.push(message.text()));
  const requestUrls = [];
  page.on('request', (request) => requestUrls.push(request.url()));
  await page.route(`${SHOP}**`, (route) => route.fulfill({ contentType: 'text/html', body: '<title>shop</title>' }));
  const open = (more = {}) =>
    page.goto(address(session.url, { constraints: wholeVideo('portrait'), config: LONG_STAGES, ...options, ...more }));
  const result = (signatureId = session.signatureId) =>
    post(`${service.url}openapi/liveness/v4/h5/get-result`, access, { signatureId });
  const button = (name) => page.getByRole('button', { name });
  const heading = (name) => page.getByRole('heading', { name });
  return { service, access, session, browser, page, pageErrors, requestUrls, open, result, button, heading };
}
