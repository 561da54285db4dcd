// Opens a page that imports the package without a bundler, with the real service on another origin.

import { PACKAGE } from '../../../scripts/build/package.mjs';
import { freePort } from '../../../scripts/servers/port.mjs';
import { launchChromium } from '../../testkit/browser/chromium.mjs';
import { wholeVideo } from '../../testkit/page/capture.mjs';
import { policy, serve } from '../../testkit/page/serve.mjs';
import { scenarioVideo } from '../../testkit/scenarios/generate.mjs';
import { openSession, signIn } from '../../testkit/service/integrator.mjs';
import { openService } from '../../testkit/service/service.mjs';

const HTML = `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width">
  <title>shop</title>
  <link rel="icon" href="data:,">
  <script type="importmap">
    {
      "imports": {
        "nearfar": "./dist/index.js",
        "nearfar/embed": "./dist/embed.js",
        "nearfar/support": "./dist/support.js"
      }
    }
  </script>
  <body></body>
</html>`;

/** Makes a page's camera play the whole video, uncropped, whatever its code requests. */
export function useWholeVideo(page) {
  return page.addInitScript((video) => {
    const { getUserMedia } = MediaDevices.prototype;
    MediaDevices.prototype.getUserMedia = function () {
      return getUserMedia.call(this, { video });
    };
  }, wholeVideo('portrait'));
}

/**
 * Opens an empty page that may `import('nearfar')`.
 * @param t the test's context: everything is closed when it ends
 * @param {{scenario?: string | null, needsService?: boolean, framed?: boolean, tokenRequest?: object, settings?:
 *   object, styles?: string, answer?: (request, response, policy: string) => boolean}} options `framed`: the page may frame the hosted page; `tokenRequest`: for the session,
 *   of a sandbox account if `sandbox` is among its fields;
 *   `settings`: the account's; `styles`: the style sources that the page's policy allows; `answer`: may answer a request
 *   of the site itself, and then returns true; it gets the response and the page's policy
 * @returns `page`, `pageErrors`, `browser`, `site`, and with a service `session`, `service` and `access`
 */
export async function openShop(t, options = {}) {
  const { scenario = 'far_to_near', needsService = false, framed = false, tokenRequest, styles, answer } = options;
  const isSandbox = tokenRequest?.sandbox !== undefined;
  const port = await freePort(0);
  const origin = `http://localhost:${port}`;
  const settings = { ...options.settings, ...(framed && { frameAncestors: [origin], messageOrigins: [origin] }) };
  const service = needsService ? await openService(t, { NEARFAR_CORS_ORIGINS: origin }, settings, isSandbox) : null;
  const access = service && (await signIn(service.url, service));
  const session = service && (await openSession(service.url, access, tokenRequest));
  const site = await serve({
    port,
    folder: PACKAGE,
    before(request, response) {
      const base = policy({ inline: true, connect: service ? new URL(service.url).origin : undefined });
      if (answer?.(request, response, base)) return true;
      if (request.url !== '/') return false;
      const allowed = styles ? base.replace(/style-src [^;]*/, `style-src ${styles}`) : base;
      response.writeHead(200, { 'Content-Type': 'text/html', 'Content-Security-Policy': allowed }).end(HTML);
      return true;
    },
  });
  t.after(() => site.close());
  const video = scenario === null ? undefined : await scenarioVideo(scenario);
  const browser = await launchChromium({ video });
  t.after(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 450, height: 800 } });
  const pageErrors = [];
  page.on('pageerror', (error) => pageErrors.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && pageErrors.push(message.text()));
  await page.goto(site.url);
  return { page, browser, pageErrors, site, service, session, access };
}
