// Draws a person with a 2d canvas: shaded skin, hair, eyes, nose, mouth, neck and shoulders. No photograph.

import { Brush, type Context, css, mirrored, mix, type Points, type Rgb, shade } from './brush.js';

/** The looks of a person. */
export interface Person {
  skin: Rgb;
  hair: Rgb;
  eyes: Rgb;
  lips: Rgb;
  clothes: Rgb;
  hairStyle: 'short' | 'long' | 'cropped';
  /** Width of the jaw; 1 is average. */
  jaw: number;
  /** Strength of the brows; 1 is average. */
  brows: number;
  /** Strength of the shadow of a beard, 0 to 1. */
  beard: number;
}

/** What covers a part of the face. */
export type Cover = 'mouth' | 'eyes';

function drawBody(brush: Brush, context: Context, { skin, clothes, jaw }: Person): void {
  const cloth = context.createLinearGradient(-1.3, 0, 1.3, 0);
  cloth.addColorStop(0, css(shade(clothes, 0.6)));
  cloth.addColorStop(0.45, css(shade(clothes, 1.15)));
  cloth.addColorStop(1, css(shade(clothes, 0.55)));
  brush.curve(
    mirrored([
      [0.3, 1.12, 0],
      [0.75, 1.25, 0],
      [1.2, 1.5, 0],
      [1.4, 2.4, 0],
      [1.4, 4, 0],
    ]),
  );
  brush.fill(cloth);
  const neck = context.createLinearGradient(-0.4, 0, 0.4, 0);
  neck.addColorStop(0, css(shade(skin, 0.5)));
  neck.addColorStop(0.45, css(shade(skin, 0.85)));
  neck.addColorStop(1, css(shade(skin, 0.5)));
  const half = 0.31 * jaw;
  brush.curve(
    mirrored([
      [half, 0.4, 0],
      [half, 0.9, 0],
      [half + 0.08, 1.15, 0],
      [0.12, 1.32, 0],
    ]),
  );
  brush.fill(neck);
  context.save();
  context.clip();
  brush.soft(0, 0.95, 0.45, 0.2, [20, 8, 5], 0.6);
  context.restore();
}

function drawEars(brush: Brush, { skin }: Person): void {
  for (const side of [-1, 1]) {
    brush.curve([
      [side * 0.48, -0.1, -0.05],
      [side * 0.57, -0.12, -0.1],
      [side * 0.57, 0.08, -0.1],
      [side * 0.5, 0.3, -0.05],
      [side * 0.46, 0.2, -0.02],
    ]);
    brush.fill(css(shade(mix(skin, [200, 80, 60], 0.12), 0.8)));
    brush.stroke(css(shade(skin, 0.55), 0.6), 0.015);
  }
}

function drawHead(brush: Brush, context: Context, person: Person): void {
  const { skin, jaw } = person;
  brush.curve(
    mirrored([
      [0.14, -0.75, 0],
      [0.38, -0.58, 0],
      [0.495, -0.2, 0],
      [0.49, 0.12, 0],
      [0.45 * (0.5 + jaw / 2), 0.4, 0.05],
      [0.32 * jaw, 0.66, 0.12],
      [0.13 * jaw, 0.81, 0.2],
    ]),
  );
  const light = context.createRadialGradient(-0.06, -0.05, 0.1, 0, 0.05, 0.85);
  light.addColorStop(0, css(shade(skin, 1.08)));
  light.addColorStop(0.4, css(skin));
  light.addColorStop(0.62, css(shade(mix(skin, [170, 70, 50], 0.1), 0.8)));
  light.addColorStop(1, css(shade(mix(skin, [110, 50, 40], 0.2), 0.5)));
  brush.fill(light);
  context.save();
  context.clip();
  const dark = shade(mix(skin, [90, 40, 30], 0.3), 0.55);
  const bright = shade(mix(skin, [255, 240, 225], 0.3), 1.15);
  // Temples, cheeks and jaw turn away from the light.
  for (const side of [-1, 1]) {
    brush.soft(side * 0.5, 0.3, 0.3, 0.5, dark, 0.4);
    brush.soft(side * 0.47, -0.25, 0.2, 0.4, dark, 0.3);
    brush.soft(side * 0.27, 0.22, 0.17, 0.14, mix(skin, [220, 90, 80], 0.5), 0.22);
    brush.soft(side * 0.24, 0.17, 0.12, 0.08, bright, 0.3);
  }
  brush.soft(0, -0.38, 0.3, 0.2, bright, 0.4);
  brush.soft(0, 0.72, 0.14, 0.09, bright, 0.25);
  brush.soft(0, 0.61, 0.16, 0.05, dark, 0.35);
  if (person.beard > 0) {
    const beard = mix(person.hair, skin, 0.25);
    brush.soft(0, 0.62, 0.42, 0.32, beard, person.beard * 0.8);
    for (const side of [-1, 1]) brush.soft(side * 0.34, 0.5, 0.16, 0.3, beard, person.beard * 0.7);
    brush.soft(0, 0.41, 0.2, 0.05, beard, person.beard);
  }
  context.restore();
}

function drawEye(brush: Brush, context: Context, person: Person, side: number): void {
  const { skin, eyes } = person;
  const x = side * 0.215;
  const dark = shade(mix(skin, [70, 30, 30], 0.4), 0.5);
  brush.soft(x, -0.03, 0.17, 0.11, dark, 0.42);
  brush.soft(side * 0.1, 0, 0.07, 0.12, dark, 0.35);
  brush.soft(x, 0.1, 0.13, 0.05, dark, 0.22);
  const lid: Points = [
    [x - 0.095, 0.012],
    [x - 0.05, -0.036],
    [x + 0.005, -0.047],
    [x + 0.055, -0.032],
    [x + 0.095, 0.008],
    [x + 0.045, 0.036],
    [x - 0.045, 0.036],
  ];
  brush.curve(lid);
  brush.fill('#e9e4df');
  context.save();
  context.clip();
  const center = brush.x(x, brush.surface(x));
  const disc = (radius: number, style: string, dx = 0, dy = -0.006) => {
    context.beginPath();
    context.ellipse(center + dx, dy, radius * brush.narrow(x), radius, 0, 0, 7);
    context.fillStyle = style;
    context.fill();
  };
  disc(0.05, css(shade(eyes, 0.5)));
  disc(0.043, css(eyes));
  disc(0.021, '#0c0a0a');
  disc(0.009, 'rgba(255,255,255,0.95)', -0.014, -0.022);
  brush.soft(x, -0.05, 0.11, 0.035, [30, 20, 20], 0.6);
  context.restore();
  brush.curve(lid.slice(0, 5), false);
  brush.stroke(css(shade(mix(person.hair, [20, 12, 10], 0.7), 0.5), 0.9), 0.017);
  brush.curve([lid[4], lid[5], lid[6], lid[0]] as Points, false);
  brush.stroke(css(dark, 0.6), 0.008);
  brush.curve(
    [
      [x - 0.1, -0.03],
      [x - 0.04, -0.078],
      [x + 0.05, -0.075],
      [x + 0.1, -0.025],
    ],
    false,
  );
  brush.stroke(css(dark, 0.5), 0.01);
  const brow: Points = [
    [side * 0.1, -0.125],
    [side * 0.2, -0.165],
    [side * 0.33, -0.125],
    [side * 0.2, -0.135],
  ];
  brush.curve(brow);
  const hair = shade(mix(person.hair, [30, 20, 15], 0.3), 0.8);
  brush.fill(css(hair, 0.85));
  brush.stroke(css(hair, 0.6), 0.022 * person.brows);
}

function drawNose(brush: Brush, { skin }: Person): void {
  const dark = shade(mix(skin, [90, 40, 30], 0.35), 0.5);
  const bright = shade(mix(skin, [255, 245, 235], 0.4), 1.2);
  for (const side of [-1, 1]) {
    brush.soft(side * 0.075, 0.12, 0.045, 0.17, dark, 0.3, 0.08);
    brush.soft(side * 0.1, 0.27, 0.05, 0.05, dark, 0.35, 0.08);
    brush.soft(side * 0.045, 0.315, 0.032, 0.018, shade(dark, 0.35), 0.95, 0.15);
  }
  brush.soft(0, 0.09, 0.03, 0.17, bright, 0.55, 0.12);
  brush.soft(0, 0.245, 0.06, 0.055, bright, 0.6, 0.2);
  brush.soft(0, 0.335, 0.11, 0.03, dark, 0.5, 0.1);
  brush.soft(0, 0.4, 0.03, 0.05, dark, 0.25, 0.05);
}

function drawMouth(brush: Brush, { skin, lips }: Person): void {
  const dark = shade(mix(skin, [90, 40, 30], 0.35), 0.5);
  const upper: Points = [
    [-0.17, 0.5],
    [-0.06, 0.457],
    [0, 0.468],
    [0.06, 0.457],
    [0.17, 0.5],
    [0, 0.507],
  ];
  const lower: Points = [
    [-0.17, 0.5],
    [0, 0.505],
    [0.17, 0.5],
    [0.09, 0.552],
    [0, 0.566],
    [-0.09, 0.552],
  ];
  brush.curve(lower);
  brush.fill(css(lips));
  brush.curve(upper);
  brush.fill(css(shade(lips, 0.8)));
  brush.soft(0, 0.535, 0.07, 0.02, shade(lips, 1.5), 0.5);
  brush.curve(
    [
      [-0.175, 0.497],
      [-0.08, 0.5],
      [0, 0.505],
      [0.08, 0.5],
      [0.175, 0.497],
    ],
    false,
  );
  brush.stroke(css(shade(dark, 0.5), 0.9), 0.013);
  for (const side of [-1, 1]) brush.soft(side * 0.18, 0.5, 0.03, 0.03, dark, 0.5);
  brush.soft(0, 0.59, 0.12, 0.03, dark, 0.35);
}

function drawHair(brush: Brush, context: Context, { hair, hairStyle }: Person): void {
  const gradient = context.createLinearGradient(0, -0.95, 0, 0.3);
  gradient.addColorStop(0, css(shade(hair, 1.3)));
  gradient.addColorStop(0.4, css(hair));
  gradient.addColorStop(1, css(shade(hair, 0.6)));
  const line = hairStyle === 'cropped' ? -0.5 : -0.42;
  const top = hairStyle === 'cropped' ? -0.79 : -0.88;
  brush.curve([
    [-0.5, -0.05, 0],
    [-0.545, -0.35, 0],
    [-0.42, top + 0.16, 0],
    [-0.15, top, 0],
    [0.15, top, 0],
    [0.42, top + 0.16, 0],
    [0.545, -0.35, 0],
    [0.5, -0.05, 0],
    [0.46, -0.22, 0.05],
    [0.38, line + 0.03, 0.15],
    [0.1, line - 0.03, 0.3],
    [-0.16, line - 0.02, 0.3],
    [-0.38, line + 0.05, 0.15],
    [-0.46, -0.22, 0.05],
  ]);
  brush.fill(gradient);
  // Strands.
  for (let strand = 0; strand < 26; strand += 1) {
    const x = -0.46 + (0.92 * strand) / 25;
    brush.curve(
      [
        [x * 0.5, top + 0.04, 0.1],
        [x * 0.9, (top + line) / 2, 0.15],
        [x, line - 0.02, 0.2],
      ],
      false,
    );
    brush.stroke(css(shade(hair, strand % 2 ? 1.6 : 0.5), 0.25), 0.012);
  }
}

function drawLongHair(brush: Brush, { hair }: Person): void {
  brush.curve(
    mirrored([
      [0.2, -0.85, 0],
      [0.5, -0.6, 0],
      [0.62, 0, 0],
      [0.68, 0.7, 0],
      [0.6, 1.4, 0],
      [0.3, 1.3, 0],
    ]),
  );
  brush.fill(css(shade(hair, 0.55)));
}

function drawCover(brush: Brush, cover: Cover): void {
  if (cover === 'mouth') {
    brush.curve(
      mirrored([
        [0.2, 0.12],
        [0.48, 0.2],
        [0.44, 0.5],
        [0.25, 0.82],
        [0.05, 0.9],
      ]),
    );
    brush.fill('#8fb4cf');
    for (const y of [0.35, 0.5, 0.65]) {
      brush.curve(
        [
          [-0.4, y - 0.05],
          [0, y],
          [0.4, y - 0.05],
        ],
        false,
      );
      brush.stroke('rgba(60,90,120,0.5)', 0.015);
    }
    return;
  }
  for (const side of [-1, 1]) {
    brush.curve([
      [side * 0.06, -0.1],
      [side * 0.36, -0.1],
      [side * 0.38, 0.08],
      [side * 0.2, 0.15],
      [side * 0.08, 0.08],
    ]);
    brush.fill('#0b0b0d');
  }
  brush.curve(
    [
      [-0.45, -0.06],
      [0, -0.06],
      [0.45, -0.06],
    ],
    false,
  );
  brush.stroke('#0b0b0d', 0.03);
}

/** Draws the person. `yaw` in radians: positive turns to the right side of the picture. */
export function drawPerson(context: Context, person: Person, yaw = 0, cover: Cover | null = null): void {
  const body = new Brush(context, 0);
  const head = new Brush(context, yaw);
  if (person.hairStyle === 'long') drawLongHair(head, person);
  drawBody(body, context, person);
  drawEars(head, person);
  drawHead(head, context, person);
  for (const side of [-1, 1]) drawEye(head, context, person, side);
  drawNose(head, person);
  drawMouth(head, person);
  drawHair(head, context, person);
  if (cover) drawCover(head, cover);
}
