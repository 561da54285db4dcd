// Chooses the scene and the place of the face from the page's events and the time. Pure: the caller passes the time.

import type { InstructionCode, Phase } from '../../engine/types.js';
import type { Scenario, Scene } from '../types.js';

/** Where the face is: width and position in visible short sides, from the middle. */
export interface Place {
  size: number;
  x: number;
  y: number;
}

/** Widths of the face that fit the stages. A stop of a motion challenge lies between them. */
const SIZES: { [Each in Phase]?: number } = { far: 0.29, first_stop: 0.4, second_stop: 0.5, near: 0.65 };

/** How fast a face approaches, per second: factor of its size. */
const GROWTH = 1.5;
/** How fast a face moves sideways, visible short sides per second. */
const SPEED = 0.2;
/** How fast a person follows an instruction. */
const CORRECTION = { growth: 1.12, speed: 0.08 };
/** How long a position is held before the person corrects it, ms: the page's first instruction may be outdated. */
const PATIENCE_MS = 1_000;

const SIDE_STEPS: { [Each in InstructionCode]?: [x: number, y: number] } = {
  move_left: [1, 0],
  move_right: [-1, 0],
  move_up: [0, -1],
  move_down: [0, 1],
};

const clamp = (value: number, limit: number) => Math.max(-limit, Math.min(limit, value));

export class ScenePlayer {
  #scenes: Scene[];
  #index = 0;
  /** When the scene began, ms. */
  #since = 0;
  #last = 0;
  #phase: Phase = 'loading';
  #instruction: InstructionCode | null = null;
  /** Where the person goes. */
  #target: Place = { size: SIZES.far ?? 0, x: 0, y: 0 };
  #place: Place;
  /** Since when the person has been there, ms; null while they move. */
  #thereSince: number | null = null;

  constructor({ scenes }: Scenario, now: number) {
    this.#scenes = scenes;
    this.#since = now;
    this.#last = now;
    this.#aim();
    this.#place = this.#target;
  }

  get scene(): Scene {
    return this.#scenes[this.#index] ?? {};
  }

  /** The page has entered a phase. */
  onPhase(phase: Phase, now: number): void {
    this.#phase = phase;
    this.#instruction = null;
    if (this.scene.until === phase) this.#next(now);
    else if (!this.scene.at) this.#aim();
  }

  /** The page shows an instruction. */
  onInstruction(code: InstructionCode): void {
    this.#instruction = code;
  }

  /** The page has asked for the camera again. */
  onReopen(now: number): void {
    const { stream } = this.scene;
    if (stream === 'frozen' || stream === 'ended') this.#next(now);
  }

  /** The face's place at this time. */
  placeAt(now: number): Place {
    const seconds = Math.min((now - this.#last) / 1000, 0.2);
    this.#last = now;
    const { seconds: length } = this.scene;
    if (length !== undefined && now - this.#since >= length * 1000) this.#next(now);
    if (!this.scene.at) this.#correct(seconds, now);
    this.#move(seconds, now);
    const { sway = 0.002 } = this.scene;
    // A triangle wave: at constant speed, so that every picture is either blurred by the movement or none.
    const wave = Math.abs(((now / 1000 / (sway > 0.01 ? 0.7 : 4)) % 1) * 4 - 2) - 1;
    return { ...this.#place, x: this.#place.x + sway * wave };
  }

  #next(now: number): void {
    if (this.#index + 1 >= this.#scenes.length) return;
    this.#index += 1;
    this.#since = now;
    this.#aim();
  }

  /** Aims at the scene's position, or at that of the phase. */
  #aim(): void {
    const { at } = this.scene;
    this.#thereSince = null;
    if (at) this.#target = { x: 0, y: 0, ...at };
    else this.#target = { size: SIZES[this.#phase] ?? this.#target.size, x: 0, y: 0 };
  }

  #move(seconds: number, now: number): void {
    const { size, x, y } = this.#place;
    const { size: toSize, x: toX, y: toY } = this.#target;
    const factor = GROWTH ** seconds;
    const sized = Math.max(size / factor, Math.min(size * factor, toSize));
    const moved = { x: x + clamp(toX - x, SPEED * seconds), y: y + clamp(toY - y, SPEED * seconds) };
    this.#place = { size: sized, ...moved };
    const isThere = sized === toSize && moved.x === toX && moved.y === toY;
    if (!isThere) this.#thereSince = null;
    else this.#thereSince ??= now;
  }

  /** Follows the page's instruction. */
  #correct(seconds: number, now: number): void {
    if (this.#thereSince === null || now - this.#thereSince < PATIENCE_MS || !this.#instruction) return;
    const { size, x, y } = this.#target;
    const factor = CORRECTION.growth ** seconds;
    if (this.#instruction === 'too_far') this.#place = { ...this.#place, size: size * factor };
    else if (this.#instruction === 'too_near') this.#place = { ...this.#place, size: size / factor };
    const [right, down] = SIDE_STEPS[this.#instruction] ?? [0, 0];
    const step = CORRECTION.speed * seconds;
    this.#place = { ...this.#place, x: x + right * step, y: y + down * step };
    this.#target = this.#place;
  }
}
