// The oval as SVG paths, for the overlays of page and demo.

/** An ellipse in SVG's terms. */
export interface Ellipse {
  cx: number;
  cy: number;
  rx: number;
  ry: number;
}

/** A path around the ellipse, clockwise from twelve o'clock: an SVG ellipse starts at three. */
export function ringPath({ cx, cy, rx, ry }: Ellipse): string {
  return `M${cx} ${cy - ry}a${rx} ${ry} 0 0 1 0 ${2 * ry}a${rx} ${ry} 0 0 1 0 ${-2 * ry}`;
}
