// Records what goes with the pictures of one capture: ovals, device, stream statistics and video; and keeps the camera
// on for the light challenge.

import type { DeviceFacts } from '../api/openapi.js';
import type { Oval, Phase, Stage } from '../engine/types.js';
import { deviceFacts } from './device.js';
import { type OvalLayout, Ovals } from './ovals.js';
import { VideoRecorder } from './recorder.js';
import { StreamStatistics } from './stream-statistics.js';

export class ContextRecorder {
  readonly #video: HTMLVideoElement;
  /** The size limit of the recorded video; 0 for none. */
  readonly #videoBytes: number;
  readonly #keepsStream: () => boolean;
  readonly #ovals = new Ovals();
  #recorder: VideoRecorder | null = null;
  #isPaused = false;
  #device: DeviceFacts | null = null;
  #statistics: StreamStatistics | null = null;
  /** A copy of the camera's stream. */
  #lightStream: MediaStream | null = null;

  /** `keepsStream`: whether a light challenge follows the last picture. */
  constructor(video: HTMLVideoElement, videoBytes: number, keepsStream: () => boolean) {
    this.#video = video;
    this.#videoBytes = videoBytes;
    this.#keepsStream = keepsStream;
  }

  onOval(stage: Stage, oval: Oval): void {
    this.#ovals.record(stage, oval, this.#video);
  }

  onPhase(phase: Phase): void {
    if (phase === 'far') this.#begin();
    if (phase === 'encoding' && this.#keepsStream()) this.#keepStream();
  }

  #begin(): void {
    const { srcObject } = this.#video;
    this.#device ??= deviceFacts(srcObject instanceof MediaStream ? (srcObject.getVideoTracks()[0] ?? null) : null);
    this.#statistics ??= new StreamStatistics(this.#video);
    if (this.#videoBytes > 0) this.#recorder ??= VideoRecorder.start(srcObject, this.#videoBytes);
    // A person who has paused may choose another camera.
    if (this.#isPaused) this.#recorder?.pause(true);
  }

  /** Discards what belongs to the current stream before another one begins. */
  forgetStream(): void {
    this.#recorder = null;
    this.#device = null;
    this.#statistics?.end();
    this.#statistics = null;
  }

  /** Keeps the camera on: the engine stops it after its last picture. */
  #keepStream(): void {
    this.releaseStream();
    const { srcObject } = this.#video;
    if (srcObject instanceof MediaStream) this.#lightStream = srcObject.clone();
  }

  /** The camera's stream for the light challenge; null if it has ended. */
  get lightStream(): MediaStream | null {
    return this.#lightStream;
  }

  releaseStream(): void {
    for (const track of this.#lightStream?.getTracks() ?? []) track.stop();
    this.#lightStream = null;
  }

  /** Where the ovals were shown; null until both were. */
  get layout(): OvalLayout | null {
    return this.#ovals.layout;
  }

  /** Ends the statistics and returns the facts about device and stream. */
  endDevice(): DeviceFacts {
    const stream = this.#statistics?.end();
    this.#statistics = null;
    return { ...(this.#device ?? deviceFacts(null)), ...(stream && { stream }) };
  }

  /** Leaves a gap in the video, or continues it. */
  pauseVideo(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#recorder?.pause(isPaused);
  }

  /** Stops recording; null without a video. */
  async endVideo(): Promise<Blob | null> {
    return (await this.#recorder?.stop()) ?? null;
  }
}
