// The streams of the fake camera: a canvas on which the scenes are painted.

import type { InstructionCode } from '../../engine/types.js';
import type { FakeCameraOptions, PlayedEvent, Scenario, Scene } from '../types.js';
import { Painter } from './painter.js';
import type { TestWindow } from './patches.js';
import { ScenePlayer } from './scene-player.js';
import { visibleShortSide } from './visible-part.js';

/** A track of a canvas; Firefox has the function on the stream. */
type CanvasTrack = MediaStreamTrack & { requestFrame?(): void };

export class CanvasCamera {
  readonly #window: TestWindow;
  readonly #options: Required<FakeCameraOptions>;
  #player: ScenePlayer;
  #painter: Painter | null = null;
  #stream: (MediaStream & { requestFrame?(): void }) | null = null;
  #timer: number | undefined;
  #isSilent = false;
  /** What the last scene did to the stream. */
  #done: Scene['stream'];

  constructor(window: TestWindow, options: Required<FakeCameraOptions>, scenario: Scenario) {
    this.#window = window;
    this.#options = options;
    this.#player = new ScenePlayer(scenario, this.#now());
  }

  #now(): number {
    return this.#window.performance.now();
  }

  play(scenario: Scenario): void {
    this.#player = new ScenePlayer(scenario, this.#now());
  }

  onEvent({ name, phase, code }: PlayedEvent): void {
    if (name === 'phase' && phase) this.#player.onPhase(phase, this.#now());
    if (name === 'instruction' && code) this.#player.onInstruction(code as InstructionCode);
  }

  /** Opens a stream, in place of the one before. `isSilent`: it never sends a picture. */
  open(isSilent: boolean): MediaStream {
    const { width, height, frameRate } = this.#options;
    this.close();
    this.#player.onReopen(this.#now());
    this.#isSilent = isSilent;
    this.#done = undefined;
    this.#painter = new Painter(this.#window.document, width, height, Math.random);
    this.#stream = this.#painter.canvas.captureStream(0);
    this.#timer = this.#window.setInterval(() => this.#tick(), 1000 / frameRate);
    this.#tick();
    return this.#stream;
  }

  close(): void {
    this.#window.clearInterval(this.#timer);
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
  }

  #tick(): void {
    const { canvas } = this.#painter ?? {};
    const [track] = this.#stream?.getVideoTracks() ?? [];
    if (!this.#stream || !this.#painter || !canvas || !track || this.#isSilent) return;
    const place = this.#player.placeAt(this.#now());
    const { scene } = this.#player;
    this.#interfere(scene.stream, track);
    if (scene.stream && scene.stream !== 'turned') return;
    const unit = visibleShortSide(this.#window.document, this.#stream, canvas);
    this.#painter.paint(scene, this.#options.person, place, unit);
    const { requestFrame } = track as CanvasTrack;
    if (requestFrame) requestFrame.call(track);
    else this.#stream.requestFrame?.();
  }

  /** Does to the stream what the scene asks for, once. */
  #interfere(what: Scene['stream'], track: MediaStreamTrack): void {
    if (what === this.#done) return;
    const before = this.#done;
    this.#done = what;
    const notify = (name: string) => track.dispatchEvent(new this.#window.Event(name));
    if (before === 'muted' || what === 'muted') {
      Object.defineProperty(track, 'muted', { value: what === 'muted', configurable: true });
      notify(what === 'muted' ? 'mute' : 'unmute');
    }
    if (before === 'turned' || what === 'turned') this.#painter?.turn();
    if (what === 'ended') {
      // By the standard stop() fires no event; unplugging a camera does.
      track.stop();
      notify('ended');
    }
  }
}
