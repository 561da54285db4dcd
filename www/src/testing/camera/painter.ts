// Paints the camera's pictures: a room with one or two drawn people.

import type { PersonName, Scene } from '../types.js';
import { PEOPLE } from './people.js';
import { type Cover, drawPerson } from './person.js';
import type { Place } from './scene-player.js';

/** Width of a drawn head, px. */
const HEAD = 320;
/** The part of a person that is drawn, in widths of the head from between the eyes. */
const DRAWN = { left: 1.4, up: 1, down: 3 };
/** The detector's box of a drawn face: its width, and its middle below the eyes, in widths of the head. */
const BOX = { width: 1.06, middle: 0.265 };
/** Where two people stand, visible short sides from the middle. */
const BESIDE = 0.21;
const NOISE_SIDE = 128;
/** Strength of the sensor's noise, out of 255. */
const NOISE = 14;

type Context = CanvasRenderingContext2D;

export class Painter {
  readonly canvas: HTMLCanvasElement;
  readonly #context: Context;
  readonly #document: Document;
  readonly #random: () => number;
  readonly #people = new Map<string, HTMLCanvasElement>();
  readonly #noise: HTMLCanvasElement;
  #room: HTMLCanvasElement | null = null;

  /** `random`: a number from 0 to 1. */
  constructor(document: Document, width: number, height: number, random: () => number) {
    this.#document = document;
    this.#random = random;
    [this.canvas, this.#context] = this.#surface(width, height);
    this.#noise = this.#drawNoise();
  }

  /** Turns the picture by a quarter. */
  turn(): void {
    const { canvas } = this;
    [canvas.width, canvas.height] = [canvas.height, canvas.width];
    this.#room = null;
  }

  /** Paints a picture. `unit`: the visible short side, px of the picture. */
  paint(scene: Scene, person: PersonName, place: Place, unit: number): void {
    const context = this.#context;
    const { width, height } = this.canvas;
    context.drawImage(this.#drawRoom(), 0, 0);
    if (scene.person !== 'nobody') {
      const names = Object.keys(PEOPLE) as PersonName[];
      const next = names[(names.indexOf(person) + 1) % names.length] as PersonName;
      const shown = scene.person === 'other' ? next : person;
      if (scene.second) this.#stand(next, { ...place, x: BESIDE }, unit, scene);
      this.#stand(shown, scene.second ? { ...place, x: -BESIDE } : place, unit, scene);
    }
    this.#addNoise();
    if (scene.blur) this.#defocus(scene.blur * Math.min(width, height));
    const { light = 1 } = scene;
    if (light === 1) return;
    context.globalCompositeOperation = light < 1 ? 'multiply' : 'lighter';
    const level = Math.round(255 * (light < 1 ? light : light - 1));
    context.fillStyle = `rgb(${level},${level},${level})`;
    context.fillRect(0, 0, width, height);
    context.globalCompositeOperation = 'source-over';
  }

  #surface(width: number, height: number): [HTMLCanvasElement, Context] {
    const canvas = this.#document.createElement('canvas');
    [canvas.width, canvas.height] = [Math.round(width), Math.round(height)];
    const context = canvas.getContext('2d');
    if (!context) throw new Error('nearfar/testing: this browser has no 2d canvas');
    return [canvas, context];
  }

  #stand(name: PersonName, { size, x, y }: Place, unit: number, { yaw = 0, cover }: Scene): void {
    const { width, height } = this.canvas;
    const drawing = this.#person(name, yaw, cover ?? null);
    const head = (size * unit) / BOX.width;
    const scale = head / HEAD;
    const left = width / 2 + x * unit - DRAWN.left * head;
    const top = height / 2 + y * unit - (BOX.middle + DRAWN.up) * head;
    this.#context.drawImage(drawing, left, top, drawing.width * scale, drawing.height * scale);
    const bottom = top + drawing.height * scale;
    // Stretches the last line of the body to the bottom of the picture.
    if (bottom < height)
      this.#context.drawImage(
        drawing,
        0,
        drawing.height - 2,
        drawing.width,
        1,
        left,
        bottom - 1,
        drawing.width * scale,
        height - bottom + 1,
      );
  }

  #person(name: PersonName, yaw: number, cover: Cover | null): HTMLCanvasElement {
    const key = [name, yaw, cover].join();
    const known = this.#people.get(key);
    if (known) return known;
    const [canvas, context] = this.#surface(2 * DRAWN.left * HEAD, (DRAWN.up + DRAWN.down) * HEAD);
    context.scale(HEAD, HEAD);
    context.translate(DRAWN.left, DRAWN.up);
    drawPerson(context, PEOPLE[name], (yaw * Math.PI) / 180, cover);
    this.#people.set(key, canvas);
    return canvas;
  }

  /** A wall with a door frame and a shelf. */
  #drawRoom(): HTMLCanvasElement {
    if (this.#room) return this.#room;
    const { width, height } = this.canvas;
    const [canvas, context] = this.#surface(width, height);
    const wall = context.createLinearGradient(0, 0, width, height);
    wall.addColorStop(0, '#b8b4aa');
    wall.addColorStop(1, '#8c8a84');
    context.fillStyle = wall;
    context.fillRect(0, 0, width, height);
    context.fillStyle = '#6d5a48';
    context.fillRect(0, height * 0.3, width * 0.25, height * 0.02);
    context.fillRect(width * 0.82, height * 0.1, width * 0.03, height * 0.6);
    ['#7a4a44', '#46586b', '#a08a58', '#5c6b52'].forEach((color, index) => {
      context.fillStyle = color;
      context.fillRect(width * (0.02 + 0.05 * index), height * 0.2, width * 0.04, height * 0.1);
    });
    this.#room = canvas;
    return canvas;
  }

  #drawNoise(): HTMLCanvasElement {
    const [canvas, context] = this.#surface(NOISE_SIDE, NOISE_SIDE);
    const image = context.createImageData(NOISE_SIDE, NOISE_SIDE);
    for (let at = 0; at < image.data.length; at += 4) {
      const isBright = this.#random() < 0.5;
      image.data.fill(isBright ? 255 : 0, at, at + 3);
      image.data[at + 3] = NOISE * this.#random();
    }
    context.putImageData(image, 0, 0);
    return canvas;
  }

  /** Noise at another place in each picture: a camera never sends the same picture twice. */
  #addNoise(): void {
    const { width, height } = this.canvas;
    const [left, top] = [this.#random() * NOISE_SIDE, this.#random() * NOISE_SIDE];
    for (let x = -Math.floor(left); x < width; x += NOISE_SIDE)
      for (let y = -Math.floor(top); y < height; y += NOISE_SIDE) this.#context.drawImage(this.#noise, x, y);
  }

  /** Blurs the picture by a smaller copy: filters are missing in Safari. */
  #defocus(radius: number): void {
    const { canvas } = this;
    const factor = 1 / Math.max(1, radius);
    const [small, context] = this.#surface(canvas.width * factor, canvas.height * factor);
    context.imageSmoothingQuality = 'high';
    context.drawImage(canvas, 0, 0, small.width, small.height);
    this.#context.imageSmoothingQuality = 'high';
    this.#context.drawImage(small, 0, 0, canvas.width, canvas.height);
  }
}
