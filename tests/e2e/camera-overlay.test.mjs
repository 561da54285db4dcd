// What the camera page draws over the picture, and where: without the engine, so that every case can be shown.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root } from '../../scripts/cli/run.mjs';
import { launchChromium } from '../testkit/browser/chromium.mjs';
import { openCameraPage } from '../testkit/page/camera-page.mjs';

let browser;
before(async () => {
  browser = await launchChromium();
});
after(() => browser.close());

const PHONE = { width: 360, height: 640 };
const ZOOMED = 'desktop at 400 %';
const SIZES = {
  phone: PHONE,
  'small phone': { width: 320, height: 568 },
  'phone with the browser’s bars': { width: 375, height: 553 },
  'phone in landscape': { width: 844, height: 390 },
  'small phone in landscape': { width: 640, height: 360 },
  tablet: { width: 768, height: 1024 },
  'tablet in landscape': { width: 1024, height: 768 },
  desktop: { width: 1280, height: 800 },
  'frame in a page': { width: 420, height: 760 },
  [ZOOMED]: { width: 320, height: 256 },
};
/** Widths of the face in the middle of each range, and on a path. */
const FACES = { far: 0.29, stop: 0.45, near: 0.65 };

/** The instructions: each has a text for screen readers. */
function instructions() {
  const texts = JSON.parse(readFileSync(join(root, 'www/src/locales/en_US.json'), 'utf8'));
  return Object.keys(texts).filter((name) => `say_${name}` in texts);
}

/** Runs in the page: instructions that cover the head, leave the screen or are cut off. `faces`: widths by name. */
function misplaced([codes, faces]) {
  const { renderRoot } = globalThis.element;
  const box = (selector) => renderRoot.querySelector(selector).getBoundingClientRect();
  const found = [];
  for (const [name, size] of Object.entries(faces)) {
    globalThis.showOval(size);
    const oval = box('.oval');
    const picture = box('.stage');
    // Hair and chin reach beyond the oval by up to a tenth, as far as the picture shows them.
    const head = {
      left: Math.max(picture.left, oval.left - 0.1 * oval.width),
      right: Math.min(picture.right, oval.right + 0.1 * oval.width),
      top: Math.max(picture.top, oval.top - 0.1 * oval.height),
      bottom: Math.min(picture.bottom, oval.bottom + 0.1 * oval.height),
    };
    for (const code of codes) {
      globalThis.cameraPage.showInstruction(code);
      const line = renderRoot.querySelector('.instruction');
      const { left, right, top, bottom } = line.getBoundingClientRect();
      const covers = left < head.right && right > head.left && top < head.bottom && bottom > head.top;
      const leaves = left < 0 || top < 0 || right > innerWidth + 0.5 || bottom > innerHeight + 0.5;
      const isCut = line.scrollWidth > line.clientWidth + 1;
      if (covers || leaves || isCut) found.push(`${name} ${code}: ${JSON.stringify({ covers, leaves, isCut })}`);
    }
  }
  return found;
}

for (const [name, viewport] of Object.entries(SIZES))
  test(`${name}: no instruction covers the head or the chin, and all can be read`, async () => {
    // Zoom has enlarged the text there already.
    for (const language of ['en_US', 'de_DE', 'ar_AE'])
      for (const isLarge of name === ZOOMED ? [false] : [false, true]) {
        const page = await openCameraPage(browser, { viewport, language, isLarge });
        const found = await page.evaluate(misplaced, [instructions(), FACES]);
        assert.deepEqual(found, [], `${language}${isLarge ? ', 200 %' : ''}`);
        await page.close();
      }
  });

test('the ring starts at twelve o’clock, runs clockwise, and is hidden at 0', async () => {
  const page = await openCameraPage(browser, { viewport: PHONE });
  const at = (fraction) =>
    page.evaluate((fraction) => {
      globalThis.showOval(0.4);
      globalThis.cameraPage.showProgress(fraction);
      const ring = globalThis.element.renderRoot.querySelector('.ring');
      const { cx, cy, rx, ry } = globalThis.element.renderRoot.querySelector('.oval');
      const point = (share) => {
        const { x, y } = ring.getPointAtLength(ring.getTotalLength() * share);
        return [(x - cx.baseVal.value) / rx.baseVal.value, (y - cy.baseVal.value) / ry.baseVal.value].map(Math.round);
      };
      const { visibility, strokeDasharray } = getComputedStyle(ring);
      return { points: [0, 0.25, 0.5, 0.75].map(point), visibility, drawn: Number.parseFloat(strokeDasharray) };
    }, fraction);
  const { points, visibility } = await at(0);
  assert.deepEqual(points.map(String), ['0,-1', '1,0', '0,1', '-1,0']);
  assert.equal(visibility, 'hidden');
  assert.equal((await at(0.3)).visibility, 'visible');
  await page.waitForFunction(
    () => {
      const { strokeDasharray } = getComputedStyle(globalThis.element.renderRoot.querySelector('.ring'));
      return Number.parseFloat(strokeDasharray) === 30;
    },
    null,
    { polling: 20 },
  );
});

/** Runs in the page: the arrows' middles relative to the oval's, in its radii, and where each points, degrees. */
function drawnArrows(code) {
  globalThis.showOval(0.4);
  globalThis.cameraPage.showInstruction(code);
  const { renderRoot } = globalThis.element;
  const { left, top, width, height } = renderRoot.querySelector('.oval').getBoundingClientRect();
  return [...renderRoot.querySelectorAll('.arrow')]
    .filter((arrow) => getComputedStyle(arrow).display !== 'none')
    .map((arrow) => {
      const box = arrow.getBoundingClientRect();
      const x = (box.left + box.width / 2 - left - width / 2) / (width / 2);
      const y = (box.top + box.height / 2 - top - height / 2) / (height / 2);
      return { x, y, turn: Number(arrow.getAttribute('transform').match(/rotate\((\d+)\)/)[1]) };
    });
}

for (const [isMirrored, language] of [
  [true, 'en_US'],
  [true, 'ar_AE'],
  [false, 'en_US'],
])
  test(`an arrow is on the side to move to: ${language}, ${isMirrored ? '' : 'not '}mirrored`, async () => {
    const page = await openCameraPage(browser, { viewport: PHONE, language, isMirrored });
    const left = isMirrored ? -1 : 1;
    for (const [code, x, y, turn] of [
      ['move_left', left, 0, isMirrored ? 180 : 0],
      ['move_right', -left, 0, isMirrored ? 0 : 180],
      ['move_up', 0, -1, 270],
      ['move_down', 0, 1, 90],
    ]) {
      const [arrow, ...others] = await page.evaluate(drawnArrows, code);
      assert.equal(others.length, 0, code);
      assert.deepEqual([Math.round(arrow.x / 1.3) + 0, Math.round(arrow.y / 1.3) + 0, arrow.turn], [x, y, turn], code);
      assert.ok(Math.hypot(arrow.x, arrow.y) > 1, `${code}: outside the oval`);
    }
  });

test('too far: arrows in the oval point outwards; too near: arrows around it point inwards; otherwise none', async () => {
  const page = await openCameraPage(browser, { viewport: PHONE });
  const outward = ({ x, y, turn }) => {
    const radians = (turn * Math.PI) / 180;
    return x * Math.cos(radians) + y * Math.sin(radians);
  };
  const far = await page.evaluate(drawnArrows, 'too_far');
  assert.equal(far.length, 4);
  assert.ok(far.every((arrow) => Math.hypot(arrow.x, arrow.y) < 1 && outward(arrow) > 0.5));
  const near = await page.evaluate(drawnArrows, 'too_near');
  assert.equal(near.length, 4);
  assert.ok(near.every((arrow) => Math.hypot(arrow.x, arrow.y) > 1 && outward(arrow) < -1));
  for (const code of ['no_face', 'not_centered', 'keep_still', 'too_dark'])
    assert.deepEqual(await page.evaluate(drawnArrows, code), [], code);
});

test('with reduced motion nothing moves', async () => {
  const page = await openCameraPage(browser, { viewport: PHONE, media: { reducedMotion: 'reduce' } });
  await page.evaluate(drawnArrows, 'move_left');
  await page.evaluate(() => globalThis.cameraPage.showTaken(null));
  const [running, opacity] = await page.evaluate(() => {
    const { renderRoot } = globalThis.element;
    const tick = renderRoot.querySelector('.tick');
    return [renderRoot.getAnimations({ subtree: true }).length, getComputedStyle(tick).opacity];
  });
  assert.deepEqual([running, opacity], [0, '1'], 'the tick shows without a movement');
});

/** Runs in the page: how outline and shade look with an instruction. */
function look(code) {
  globalThis.showOval(0.4);
  globalThis.cameraPage.showInstruction(code);
  const { renderRoot } = globalThis.element;
  for (const animation of renderRoot.getAnimations({ subtree: true })) animation.finish?.call(animation);
  const { stroke, strokeDasharray, strokeWidth } = getComputedStyle(renderRoot.querySelector('.oval'));
  const { fillOpacity } = getComputedStyle(renderRoot.querySelector('.shade'));
  return {
    stroke,
    isDashed: strokeDasharray !== 'none',
    width: Number.parseFloat(strokeWidth),
    shade: Number(fillOpacity),
  };
}

test('the outline turns green and solid when everything is right; a person who is too near sees more', async () => {
  const page = await openCameraPage(browser, { viewport: PHONE, media: { reducedMotion: 'reduce' } });
  const wrong = await page.evaluate(look, 'too_far');
  assert.deepEqual([wrong.stroke, wrong.isDashed], ['rgb(255, 255, 255)', true]);
  assert.ok(wrong.shade >= 0.55 && wrong.shade <= 0.6, `${wrong.shade}`);
  const right = await page.evaluate(look, 'keep_still');
  const [red, green, blue] = right.stroke.match(/\d+/g).map(Number);
  assert.ok(green > red + 80 && green > blue + 60, right.stroke);
  assert.ok(!right.isDashed && right.width > wrong.width);
  assert.ok((await page.evaluate(look, 'too_near')).shade <= 0.3);
  // The colours of the light challenge cover everything around the oval.
  await page.evaluate(async () => {
    await globalThis.cameraPage.offerSkip(() => undefined);
    globalThis.cameraPage.showLight('#00ffff');
  });
  assert.equal((await page.evaluate(look, 'too_near')).shade, 1);
});

test('a picture that was taken: a tick on the outline, drawn in 300 ms', async () => {
  const page = await openCameraPage(browser, { viewport: PHONE });
  const { duration, opacity } = await page.evaluate(() => {
    globalThis.showOval(0.4);
    globalThis.cameraPage.showTaken(null);
    const { renderRoot } = globalThis.element;
    const drawing = renderRoot.getAnimations({ subtree: true }).find(({ animationName }) => animationName === 'draw');
    return {
      duration: drawing.effect.getTiming().duration,
      opacity: getComputedStyle(renderRoot.querySelector('.tick')).opacity,
    };
  });
  assert.equal(duration, 300);
  assert.ok(Number(opacity) > 0.9);
  await page.waitForFunction(() => !globalThis.element.renderRoot.querySelector('.tick[data-shown]'), null, {
    polling: 20,
  });
});

test('the hint for the first capture: until its first instruction is followed, once per tab', async () => {
  const page = await openCameraPage(browser, { viewport: PHONE });
  const hint = () => page.evaluate(() => globalThis.element.renderRoot.querySelector('.foot .hint').textContent);
  const act = (name, ...values) =>
    page.evaluate(([name, values]) => globalThis.cameraPage[name](...values), [name, values]);
  await act('showFirstHint');
  assert.match(await hint(), /The photo is taken for you/);
  await act('showInstruction', 'too_far');
  await act('showInstruction', 'too_far');
  assert.match(await hint(), /The photo is taken for you/);
  await act('showInstruction', 'keep_still');
  assert.equal(await hint(), '');
  await act('showFirstHint');
  assert.equal(await hint(), '');
});

test('the browser’s question: the texts, its drawing with the site’s name, and help after a while', async () => {
  const page = await openCameraPage(browser, { viewport: PHONE });
  await page.evaluate(async () => {
    globalThis.element.page = { ...globalThis.element.page, state: 'starting' };
    globalThis.cameraPage.showQuestion(300);
    await globalThis.element.updateComplete;
  });
  await page.getByRole('heading', { name: 'Allow camera access' }).waitFor();
  await page.getByText('Your browser asks for permission').first().waitFor();
  const drawing = page.locator('.window[aria-hidden="true"]');
  assert.match(await drawing.textContent(), /wants to use your camera/);
  assert.equal(await page.getByRole('button').count(), 1, 'the drawing has no buttons');
  await page.getByText('Look for a camera icon').first().waitFor();
});
