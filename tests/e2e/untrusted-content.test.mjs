// Content from the integrator, or from an attacker with the integrator's keys, never becomes script, style or a
// request.

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
/** Code that leaves a trace when it runs. */
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

/** A configuration with an attack in every field; `turn` rotates the attacks. */
function hostile(turn) {
  const attacks = { color: COLORS, link: LINKS, text: TEXTS };
  // The countdown shows, with its text.
  const attack = ([name, kind], index) =>
    kind === 'flag' ? name !== 'closeCountdownLogic' : attacks[kind][(index + turn) % attacks[kind].length];
  const page = (fields) => Object.fromEntries(fields.map((field, index) => [field[0], attack(field, index)]));
  const ui = Object.fromEntries(Object.entries(configureUiFields()).map(([name, fields]) => [name, page(fields)]));
  const tips = LINKS.slice(0, 4).map((iconLink, index) => ({ iconLink, text: TEXTS[index] }));
  return { ...ui, titleText: TEXTS[1], mobileTipsPage: { ...ui.mobileTipsPage, tips } };
}

/** Records requests of a page to other hosts. */
async function recordForeignRequests(page) {
  await page.route(`${PICTURES}**`, (route) => route.fulfill({ contentType: 'image/svg+xml', body: '<svg/>' }));
  const foreign = [];
  page.on('request', (request) => {
    const url = request.url();
    if (!['http://localhost', PICTURES, SHOP, 'blob:', 'data:image/svg+xml,%3C'].some((own) => url.startsWith(own)))
      foreign.push(url);
  });
  return foreign;
}

/**
 * Runs in the page: elements that the page never creates itself, from texts parsed as markup or links with other
 * schemes.
 */
function foreignElements() {
  const { renderRoot } = document.querySelector('nearfar-journey');
  const markup = renderRoot.querySelectorAll('script, iframe, style, [onerror], [onload], [onmouseover]');
  const pictures = renderRoot.querySelectorAll('img:not([src^="https:"], [src^="blob:"])');
  return [...markup, ...pictures].map((element) => element.outerHTML);
}

test('no field of a configuration runs code, even if the service accepted it and no policy applied', async (t) => {
  const server = await serve({ port: 0 });
  t.after(() => server.close());
  const browser = await launchChromium();
  t.after(() => browser.close());
  const screens = ['loading', 'tips', 'camera_ask', 'success', 'retry', 'timeout', 'service_error', 'denied', 'link'];
  for (const [turn, screen] of screens.entries()) {
    const isMobile = turn % 2 === 0;
    const context = await browser.newContext({ bypassCSP: true, hasTouch: isMobile, isMobile });
    const page = await context.newPage();
    const foreign = await recordForeignRequests(page);
    await openScreen(page, server.url, screen, 'en_US', hostile(turn));
    const found = await page.evaluate(foreignElements);
    const harmed = await page.evaluate(() => globalThis.harmed);
    await context.close();
    assert.deepEqual([...found, ...foreign, ...(harmed ? ['code ran'] : [])], [], screen);
  }
});

test('the service refuses URLs that are not http or https, and invalid colours and pictures', async (t) => {
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

test('unusual texts, pictures and return addresses that the service accepts are used literally', async (t) => {
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
  const foreign = await recordForeignRequests(page);
  await open();
  await heading(TEXTS[0]).waitFor();
  assert.equal(await page.title(), TEXTS[1]);
  await button('Start camera').click();
  await heading(TEXTS[1]).waitFor();
  await page.getByText('<iframe srcdoc=').waitFor();
  assert.deepEqual(await page.evaluate(foreignElements), []);
  assert.equal(await page.evaluate(() => globalThis.harmed), undefined);
  await button('Continue').click();
  await page.waitForURL(`${SHOP}**`);
  assert.equal(page.url(), new URL(returnUrl).href);
  assert.deepEqual(foreign, []);
  assert.deepEqual(pageErrors, [], 'no violation of the policy');
});
