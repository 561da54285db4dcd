// Whether text can be read on its background (WCAG 2.2, 1.4.3), for colours that the page did not choose.

/** Red, green, blue and opacity, 0 to 1. */
type Color = [number, number, number, number];

/** The least ratio for text of any size. */
export const LEAST_CONTRAST = 4.5;
export const DARK = '#14202b';
export const LIGHT = '#ffffff';

/** Reads what the browser computes a colour to (`rgb(…)`), or one of a configuration (`#…`); null for another. */
function parse(color: string): Color | null {
  const hex = /^#([0-9a-f]{3,8})$/i.exec(color)?.[1];
  if (hex) {
    const digits = hex.length < 6 ? [...hex].map((digit) => digit + digit) : (hex.match(/../g) ?? []);
    const [red = 0, green = 0, blue = 0, alpha = 1] = digits.map((pair) => Number.parseInt(pair, 16) / 255);
    return [red, green, blue, alpha];
  }
  const numbers = /^rgba?\(([^)]+)\)$/
    .exec(color)?.[1]
    ?.split(/[\s,/]+/)
    .map(Number);
  if (!numbers || numbers.some(Number.isNaN)) return null;
  const [red = 0, green = 0, blue = 0, alpha = 1] = numbers;
  return [red / 255, green / 255, blue / 255, alpha];
}

function luminance([red, green, blue]: Color): number {
  const linear = (part: number) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

/** 1 to 21; what cannot be read as a colour counts as 21: nothing is known against it. */
export function contrast(text: string, background: string): number {
  const [first, second] = [parse(text), parse(background)];
  if (!first || !second) return 21;
  const [light, dark] = [luminance(first), luminance(second)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** Dark or light, whichever can be read better on it. */
export function inkOn(background: string): string {
  return contrast(DARK, background) >= contrast(LIGHT, background) ? DARK : LIGHT;
}

/** What lies behind an element; null where a picture does, of which nothing can be said. */
export function backgroundOf(element: Element): string | null {
  let at: Element | null = element;
  while (at) {
    const { backgroundColor, backgroundImage } = getComputedStyle(at);
    if (backgroundImage !== 'none') return null;
    if ((parse(backgroundColor)?.[3] ?? 1) > 0.5) return backgroundColor;
    const root = at.getRootNode();
    at = at.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
  }
  return LIGHT;
}
