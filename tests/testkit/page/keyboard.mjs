// Moves through a page with the keyboard alone, and asserts that the focus is always visible.

import assert from 'node:assert/strict';

/** Runs in the page: the focused element, and whether its focus ring is visible on its background. */
export function focused() {
  const element = document.activeElement?.shadowRoot?.activeElement;
  if (!element) return null;
  const name = element.ariaLabel ?? element.labels?.[0]?.textContent ?? element.textContent;
  const { top, bottom, left, right } = element.getBoundingClientRect();
  const inside = top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth;
  const light = (color) => {
    const parts = color.match(/\d+(\.\d+)?/g).slice(0, 3);
    const [red, green, blue] = parts.map((part) => (part / 255) ** 2.2);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
  };
  let ground = element.parentElement;
  while (ground && /, 0\)$/.test(getComputedStyle(ground).backgroundColor))
    ground = ground.parentElement ?? ground.getRootNode().host;
  const behind = light(getComputedStyle(ground ?? document.body).backgroundColor);
  const { outlineStyle, outlineColor, boxShadow } = getComputedStyle(element);
  const rings = outlineStyle === 'none' ? [] : [outlineColor, boxShadow].filter((ring) => ring !== 'none').map(light);
  const hasContrast = rings.some((ring) => Math.max(ring, behind) / Math.min(ring, behind) >= 3);
  return { kind: element.localName, name: name.trim(), isVisible: inside && hasContrast };
}

/** Waits for a page and asserts that its heading has the focus. */
export async function assertHeadingFocused(page, heading) {
  // Some headings are for screen readers only.
  await page.getByRole('heading', { name: heading }).waitFor({ state: 'attached' });
  const { kind, name } = await page.evaluate(focused);
  assert.deepEqual({ kind, name }, { kind: 'h1', name: heading });
}

/** Presses Tab until this control has the focus, and asserts that each focus is visible. */
export async function tabTo(page, name) {
  for (const passed = []; passed.length < 10; ) {
    await page.keyboard.press('Tab');
    const now = await page.evaluate(focused);
    assert.ok(now?.isVisible, `the focus is not visible after ${passed}: ${JSON.stringify(now)}`);
    if (now.name === name) return;
    passed.push(now.name);
  }
  assert.fail(`${name} cannot be reached`);
}

/** The names of a page's controls in tab order, until the focus leaves the page. */
export async function tabOrder(page) {
  const names = [];
  for (;;) {
    await page.keyboard.press('Tab');
    const now = await page.evaluate(focused);
    if (now === null || names.includes(now.name)) return names;
    names.push(now.name);
  }
}
