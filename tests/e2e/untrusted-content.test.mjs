// What an integrator, or somebody in an integrator's name, gives the page can never become script, style or a request.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launchChromium } from '../testkit/browser/chromium.mjs';
import { openJourney, SHOP } from '../testkit/page/journey.mjs';
import { openScreen } from '../testkit/page/screens.mjs';
import { serve } from '../testkit/page/serve.mjs';
import { configureUiFields } from '../testkit/page/ui-table.mjs';
import { openSession, post, signIn } from '../testkit/service/integrator.mjs';
import { openService } from '../testkit/service/service.mjs';

const PICTURES = 'https://pictures.example/';
const FOREIGN = 'https://foreign.example/';
/** Code that would show that it ran. */
const CODE = 'globalThis.harmed=1';

const COLORS = [
  `#fff;background:url(${FOREIGN}color)`,
  `#123456}</style><script>${CODE}</script><style>*{`,
  `url(${FOREIGN}color)`,
  `expression(${CODE})`,
  `#fff"onmouseover="${CODE}`,
  'red',
];
const LINKS = [
  `javascript:${CODE}`,
  `data:text/html,<script>${CODE}</script>`,
  `data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" onload="${CODE}"/>`,
  `${PICTURES}a.png"),url(${FOREIGN}link`,
  `${PICTURES}a.png');}</style><script>${CODE}</script>`,
  `${PICTURES}a.png" onerror="${CODE}`,
  ` javascript:${CODE}//https://pictures.example/`,
];
const TEXTS = [
  `<img src=x onerror=${CODE}>`,
  `</style><script>${CODE}</script>`,
  `"><svg onload=${CODE}>`,
  `{second}<iframe srcdoc="<script>parent.harmed=1</script>">`,
];

/** A configuration in which every field tries something; which of the tricks comes where changes with `turn`. */
function hostile(turn) {
  const tricks = { color: COLORS, link: LINKS, text: TEXTS };
  // The countdown is shown, and with it its text.
  const trick = ([name, kind], index) =>
    kind === 'flag' ? name !== 'closeCountdownLogic' : tricks[kind][(index + turn) % tricks[kind].length];
  const page = (fields) => Object.fromEntries(fields.map((field, index) => [field[0], trick(field, index)]));
  const ui = Object.fromEntries(Object.entries(configureUiFields()).map(([name, fields]) => [name, page(fields)]));
  const tips = LINKS.slice(0, 4).map((iconLink, index) => ({ iconLink, text: TEXTS[index] }));
  return { ...ui, titleText: TEXTS[1], mobileTipsPage: { ...ui.mobileTipsPage, tips } };
}

/** Notes what a page asks strange hosts for. */
async function watch(page) {
  await page.route(`${PICTURES}**`, (route) => route.fulfill({ contentType: 'image/svg+xml', body: '<svg/>' }));
  const strange = [];
  page.on('request', (request) => {
    const url = request.url();
    if (!['http://localhost', PICTURES, SHOP, 'blob:', 'data:image/svg+xml,%3C'].some((own) => url.startsWith(own)))
      strange.push(url);
  });
  return strange;
}

/** Elements that the page has no need of: texts that became markup, links that became addresses of another kind. */
function strangers() {
  const { renderRoot } = document.querySelector('nearfar-journey');
  const markup = renderRoot.querySelectorAll('script, iframe, style, [onerror], [onload], [onmouseover]');
  const pictures = renderRoot.querySelectorAll('img:not([src^="https:"], [src^="blob:"])');
  return [...markup, ...pictures].map((element) => element.outerHTML);
}

test('no field of a configuration does harm, even if the service had let it through and no policy held it', async (t) => {
  const server = await serve({ port: 0 });
  t.after(() => server.close());
  const browser = await launchChromium();
  t.after(() => browser.close());
  const scenes = ['loading', 'tips', 'camera_ask', 'success', 'retry', 'timeout', 'fault', 'denied', 'link'];
  for (const [turn, scene] of scenes.entries()) {
    const isMobile = turn % 2 === 0;
    const context = await browser.newContext({ bypassCSP: true, hasTouch: isMobile, isMobile });
    const page = await context.newPage();
    const strange = await watch(page);
    await openScreen(page, server.url, scene, 'en_US', hostile(turn));
    const found = await page.evaluate(strangers);
    const harmed = await page.evaluate(() => globalThis.harmed);
    await context.close();
    assert.deepEqual([...found, ...strange, ...(harmed ? ['code ran'] : [])], [], scene);
  }
});

test('the service refuses addresses that are none of the web, and colours and pictures that are none', async (t) => {
  const service = await openService(t);
  const access = await signIn(service.url, service);
  const addresses = [
    ...LINKS.filter((link) => !link.startsWith(PICTURES)),
    'java\nscript:alert(1)',
    '//foreign.example/',
    'https:',
    'https://somebody:secret@shop.example/',
    'ftp://shop.example/',
  ];
  for (const address of addresses) {
    await assert.rejects(openSession(service.url, access, { returnUrl: address }), /Invalid returnUrl/, address);
    await assert.rejects(openSession(service.url, access, { failedReturnUrl: address }), /Invalid failed/, address);
  }
  const configure = (ui) => post(`${service.url}openapi/liveness/v1/h5/configureUI`, access, { locale: 'en', ...ui });
  for (const backgroundColor of COLORS)
    await assert.rejects(configure({ mobileTipsPage: { backgroundColor } }), /PARAMETER_ERROR/, backgroundColor);
  for (const backgroundLink of LINKS.filter((link) => !link.startsWith(PICTURES)))
    await assert.rejects(configure({ mobileResultPage: { backgroundLink } }), /PARAMETER_ERROR/, backgroundLink);
});

test('odd texts, pictures and return addresses that the service takes are shown and followed as they are', async (t) => {
  const returnUrl = `${SHOP}a b"'<script>${CODE}</script>?x=javascript:${CODE}&y=é#"onload=${CODE}`;
  const [backgroundLink, successIconLink, iconLink] = LINKS.filter((link) => link.startsWith(PICTURES));
  const ui = {
    locale: 'en',
    titleText: TEXTS[1],
    mobileTipsPage: { title: TEXTS[0], titleDesc: TEXTS[2], tips: [{ iconLink, text: 'No hats' }] },
    mobileResultPage: { successDesc: TEXTS[1], countdownText: TEXTS[3], backgroundLink, successIconLink },
  };
  const journey = await openJourney(t, { ui, tokenRequest: { returnUrl }, options: { language: 'en' } });
  const { page, open, button, heading, pageErrors } = journey;
  const strange = await watch(page);
  await open();
  await heading(TEXTS[0]).waitFor();
  assert.equal(await page.title(), TEXTS[1]);
  await button('Start the camera').click();
  await heading(TEXTS[1]).waitFor();
  await page.getByText('<iframe srcdoc=').waitFor();
  assert.deepEqual(await page.evaluate(strangers), []);
  assert.equal(await page.evaluate(() => globalThis.harmed), undefined);
  await button('Continue').click();
  await page.waitForURL(`${SHOP}**`);
  assert.equal(page.url(), new URL(returnUrl).href);
  assert.deepEqual(strange, []);
  assert.deepEqual(pageErrors, [], 'the policy has nothing against it');
});
