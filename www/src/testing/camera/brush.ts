// Draws soft shapes and smooth curves on a head that may be turned.
//
// Lengths are in widths of the head. The origin is between the eyes; y points down, z towards the camera.

/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

export type Context = CanvasRenderingContext2D;

/** The colour for a canvas. */
export const css = ([red, green, blue]: Rgb, alpha = 1) => `rgba(${red | 0},${green | 0},${blue | 0},${alpha})`;

/** Multiplies a colour; above 1 it becomes lighter. */
export const shade = (color: Rgb, factor: number): Rgb =>
  color.map((value) => Math.min(255, value * factor)) as unknown as Rgb;

/** A colour between two others. */
export const mix = (one: Rgb, other: Rgb, part: number): Rgb =>
  one.map((value, index) => value + ((other[index] ?? 0) - value) * part) as unknown as Rgb;

/** Draws on a canvas whose unit is the width of the head. */
export class Brush {
  readonly #context: Context;
  readonly #cos: number;
  readonly #sin: number;

  constructor(context: Context, yaw: number) {
    this.#context = context;
    this.#cos = Math.cos(yaw);
    this.#sin = Math.sin(yaw);
  }

  /** Where a point of the head appears. */
  x(x: number, z: number): number {
    return x * this.#cos + z * this.#sin;
  }

  /** Depth of the face's surface at x. */
  surface(x: number): number {
    return 0.42 * Math.sqrt(Math.max(0, 1 - (x / 0.52) ** 2));
  }

  /** The width to which something at x on the surface is foreshortened. */
  narrow(x: number): number {
    return Math.max(0.2, Math.cos(Math.asin(Math.max(-1, Math.min(1, x / 0.6))) + Math.asin(this.#sin)));
  }

  /** A soft ellipse that fades out towards its edge. */
  soft(x: number, y: number, rx: number, ry: number, color: Rgb, alpha: number, lift = 0, core = 0): void {
    const context = this.#context;
    const gradient = context.createRadialGradient(0, 0, core, 0, 0, 1);
    gradient.addColorStop(0, css(color, alpha));
    gradient.addColorStop(0.5, css(color, alpha * 0.55));
    gradient.addColorStop(1, css(color, 0));
    context.save();
    context.translate(this.x(x, this.surface(x) + lift), y);
    context.scale(rx * this.narrow(x), ry);
    context.fillStyle = gradient;
    context.fillRect(-1, -1, 2, 2);
    context.restore();
  }

  /** A closed smooth curve through these points. */
  curve(points: [x: number, y: number, z?: number][], isClosed = true): void {
    const context = this.#context;
    const at = (index: number) => {
      const [x, y, z] = points[(index + points.length) % points.length] as [number, number, number?];
      return [this.x(x, z ?? this.surface(x)), y] as const;
    };
    context.beginPath();
    context.moveTo(...at(0));
    const last = isClosed ? points.length : points.length - 1;
    for (let index = 0; index < last; index += 1) {
      const clamp = (i: number) => (isClosed ? i : Math.max(0, Math.min(points.length - 1, i)));
      const [a, b, c, d] = [at(clamp(index - 1)), at(index), at(clamp(index + 1)), at(clamp(index + 2))];
      context.bezierCurveTo(
        b[0] + (c[0] - a[0]) / 6,
        b[1] + (c[1] - a[1]) / 6,
        c[0] - (d[0] - b[0]) / 6,
        c[1] - (d[1] - b[1]) / 6,
        ...c,
      );
    }
  }

  fill(style: string | CanvasGradient): void {
    this.#context.fillStyle = style;
    this.#context.fill();
  }

  stroke(style: string, width: number): void {
    this.#context.strokeStyle = style;
    this.#context.lineWidth = width;
    this.#context.lineCap = 'round';
    this.#context.stroke();
  }
}

/** Points of a curve; without z they are on the face's surface. */
export type Points = [x: number, y: number, z?: number][];

/** The same points with a mirrored copy, as one closed outline from top to bottom and back. */
export const mirrored = (half: Points): Points => [
  ...half,
  ...half.map(([x, y, z]) => [-x, y, z] as Points[0]).reverse(),
];
