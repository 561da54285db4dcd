// The journey of a session in headless Chromium: the real service, and a story as the camera.

import { launchChromium } from '../browser/chromium.mjs';
import { scenarioVideo } from '../scenarios/generate.mjs';
import { openSession, post, signIn } from '../service/integrator.mjs';
import { openService } from '../service/service.mjs';
import { address, PATIENT, viewport, wholeVideo } from './capture.mjs';

/** Where sessions send the person in the end. It is answered by the test: nothing leaves this machine. */
export const SHOP = 'https://shop.example/';

/** The words on a page, for whoever reads why a test failed. */
function shown(page) {
  return page.getByRole('main').textContent({ timeout: 1000 }).catch(String);
}

/**
 * Opens a session's page. All is closed when the test ends.
 * @param {{story?: string | null, ui?: object, wish?: object, settings?: object, options?: object, env?: object,
 *   chromium?: object}} given
 *   `story`: null for no video; `ui`: a ConfigureUI request; `wish`: more of Get Token's; `settings`: of the account; `options`: the page's address options
 */
export async function openJourney(t, given = {}) {
  const { story = 'far_to_near', ui, wish, settings = {}, options = {}, env, chromium } = given;
  const service = await openService(t, env, settings);
  const access = await signIn(service.url, service);
  if (ui) await post(`${service.url}openapi/liveness/v1/h5/configureUI`, access, ui);
  const session = await openSession(service.url, access, wish);
  const video = story === null ? undefined : await scenarioVideo(story);
  const browser = await launchChromium({ video, ...chromium });
  const page = await browser.newPage({ viewport: viewport('portrait') });
  t.after(async () => {
    if (!t.passed) t.diagnostic(`what the page showed in the end: ${await shown(page)}`);
    await browser.close();
  });
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.route(`${SHOP}**`, (route) => route.fulfill({ contentType: 'text/html', body: '<title>shop</title>' }));
  const open = (more = {}) =>
    page.goto(address(session.url, { constraints: wholeVideo('portrait'), config: PATIENT, ...options, ...more }));
  const result = (signatureId = session.signatureId) =>
    post(`${service.url}openapi/liveness/v4/h5/get-result`, access, { signatureId });
  const button = (name) => page.getByRole('button', { name });
  const heading = (name) => page.getByRole('heading', { name });
  return { service, access, session, browser, page, complaints, asked, open, result, button, heading };
}
