// Contrast of text and background (WCAG 2.2, 1.4.3), for colours that integrators configure.

/** Red, green, blue and opacity, 0 to 1. */
type Color = [number, number, number, number];

/** The minimum ratio for text of any size. */
export const MIN_CONTRAST = 4.5;
export const DARK = '#14202b';
export const LIGHT = '#ffffff';

/** Parses a computed colour (`rgb(…)`) or a configured one (`#…`); null for any other. */
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

/** The contrast ratio, 1 to 21; 21 if either colour cannot be parsed, so that callers accept it. */
export function contrast(text: string, background: string): number {
  const [first, second] = [parse(text), parse(background)];
  if (!first || !second) return 21;
  const [light, dark] = [luminance(first), luminance(second)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** Dark or light, whichever has more contrast. */
export function textColorOn(background: string): string {
  return contrast(DARK, background) >= contrast(LIGHT, background) ? DARK : LIGHT;
}

/** The colour behind an element; null if it is a picture, whose colour is unknown. */
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
