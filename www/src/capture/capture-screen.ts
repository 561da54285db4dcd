// One capture on the screen: what the engine tells, shown, said and recorded.

import type { DeviceFacts, LightChallenge, MotionPath, StreamFacts } from '../api/openapi.js';
import { CAMERA_WISHES, looksAway } from '../engine/cameras.js';
import { type Capture, prepareCapture } from '../engine/capture.js';
import type { CaptureFailure } from '../engine/errors.js';
import type { CaptureEvents, Finished, InstructionCode, Listener, Phase } from '../engine/types.js';
import { type Ending, fired, linked } from '../lib/abort.js';
import { voice } from '../ui/accessibility.js';
import type { Host, JourneyEvents } from '../ui/host.js';
import { instruction } from '../ui/pages.js';
import type { CameraChoice, Screen, Setting } from '../ui/screen.js';
import { listCameras } from './cameras.js';
import { deviceFacts } from './device.js';
import { challenged, isUnwanted, type Lit, type Stage } from './light-challenge.js';
import { Ovals, type Shown } from './ovals.js';
import { Guide } from './overlay.js';
import { Recorder } from './recorder.js';
import { StreamWatch } from './stream-watch.js';
import { Sight } from './visibility.js';

/** A browser's question that is not answered for so long may not have been seen. */
const SLOW_ANSWER_MS = 6_000;
/** How long it says what happened to the camera. */
const NEWS_MS = 5_000;
const RESTARTS = ['face_lost', 'face_changed', 'multiple_faces', 'rotated', 'camera_frozen'] as const;

/** What came of it: the result, and the video if one was wanted. */
export interface Taken {
  result: Finished;
  shown: Shown | null;
  video: Blob | null;
  device: DeviceFacts;
  lit: Lit | null;
}

/** What is wanted besides the pictures. */
export interface Wanted {
  /** 0 for no video. */
  videoBytes: number;
  light: LightChallenge | null;
  /** The path to lead along. */
  motion: MotionPath | null;
}

/** As the engine takes a path. */
function numbersOf(path: MotionPath | null): Float32Array {
  const positions = path ? [path.far, ...path.stops, path.near] : [];
  return Float32Array.from(positions.flatMap(({ size, x, y }) => [size, x, y]));
}

/** What ends a capture, and what ends its colours alone. */
interface Taking {
  whole: Ending;
  colors: Ending;
}

export class Capturing {
  readonly #screen: Screen;
  readonly #host: Pick<Host, 'manners' | 'tell'>;
  readonly #guide: Guide;
  #capture: Capture | null = null;
  /** Whether the capture was ever started: from then on it is to be started over. */
  #started = false;
  #isOver = false;
  #ovals = new Ovals();
  #recorder: Recorder | null = null;
  #device: DeviceFacts | null = null;
  #watch: StreamWatch | null = null;
  #sight: Sight | null = null;
  #wanted: Wanted = { videoBytes: 0, light: null, motion: null };
  /** The camera, kept on for the colours. */
  #kept: MediaStream | null = null;
  /** The capture that is under way. */
  #taking: Taking | null = null;
  #phase: Phase = 'loading';
  #told: InstructionCode | null = null;
  #shown: { text: string; color: string | null } = { text: '', color: null };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #news = '';
  #settle: { done: (result: Finished | null) => void; fail: (failure: CaptureFailure) => void } | null = null;

  /** Made once: some events come with every frame. */
  readonly #handlers: { [Each in keyof CaptureEvents]?: (detail: CaptureEvents[Each]) => void } = {
    loading: ({ loaded, total }) => {
      if (this.#screen.page.name === 'loading') void this.#screen.show({ name: 'loading', share: loaded / total });
    },
    permission: () => {
      // Nobody is asked any more.
      if (!this.#news) clearTimeout(this.#timer);
      this.#hint(this.#setting.words.text('starting_camera'));
    },
    'play-blocked': () => this.#offerTap(),
    'camera-change': (camera) => {
      this.#mirror(!looksAway(camera));
      void this.#offerCameras(String(camera.deviceId ?? ''));
    },
    phase: ({ phase }) => this.#onPhase(phase),
    oval: ({ stage, oval }) => {
      this.#ovals.note(stage, oval, this.#screen.video);
      this.#guide.oval(oval, this.#screen.video.clientWidth);
    },
    instruction: ({ code }) => {
      this.#told = code;
      const { text, color, said } = instruction(this.#setting, code);
      this.#say({ text, color }, said);
    },
    progress: ({ fraction }) => this.#guide.progress(fraction),
    paused: ({ reason }) => {
      if (reason === 'muted') this.#guide.say(this.#setting.words.text('paused'), null);
    },
    resumed: () => this.#guide.say(this.#shown.text, this.#shown.color),
    restarted: ({ reason }) => {
      if (reason === 'camera_frozen') this.#forgetStream();
      const known = RESTARTS.find((known) => known === reason);
      const text = this.#setting.words.text(known ? `restart_${known}` : 'restart_other');
      if (reason === 'camera_frozen') this.#announce(text);
      this.#tell(text);
    },
    finished: (result) => {
      if (result.outcome === 'failed' && result.error) this.#settle?.fail(result.error);
      else this.#settle?.done(result.outcome === 'cancelled' ? null : result);
    },
    error: (failure) => this.#settle?.fail(failure),
  };

  constructor(screen: Screen, host: Pick<Host, 'manners' | 'tell'>) {
    this.#screen = screen;
    this.#host = host;
    this.#guide = new Guide(() => screen.renderRoot);
  }

  /** What the person was told last. */
  get told(): InstructionCode | null {
    return this.#told;
  }

  /** The module, once it is there. */
  get module() {
    return this.#capture?.module ?? null;
  }

  /** Loads the engine. Rejects with a `CaptureFailure`. */
  async load(): Promise<void> {
    if (this.#capture) return;
    const tell: Listener = (name, detail) => this.#on(name, detail);
    const capture = await prepareCapture(this.#screen.video, this.#host.manners.options, tell);
    // Two that loaded at once, or nobody waits for it any more.
    if (this.#capture || this.#isOver) capture.destroy();
    else this.#capture = capture;
  }

  /** Captures, on the camera page; null when the person cancels. Rejects with a `CaptureFailure`. */
  async take(wanted: Wanted): Promise<Taken | null> {
    const taking = this.#begin(wanted);
    const { signal } = taking.whole;
    const finished = new Promise<Finished | null>((done, fail) => {
      this.#settle = { done, fail };
    });
    this.#hint(this.#setting.words.text('camera_ask'));
    this.#timer = setTimeout(() => this.#hint(this.#setting.words.text('camera_ask_slow')), SLOW_ANSWER_MS);
    this.#capture?.follow(numbersOf(wanted.motion));
    const again = this.#started;
    this.#started = true;
    // What the start throws the error event tells too, and that is what is waited for.
    (again ? this.#capture?.retry() : this.#capture?.start())?.catch(() => undefined);
    try {
      const result = await finished;
      if (!result || signal.aborted) return null;
      const stream = this.#unwatch();
      const device: DeviceFacts = { ...(this.#device ?? deviceFacts(null)), ...(stream && { stream }) };
      const recorded = this.#recorder?.stop() ?? null;
      const video = await Promise.race([recorded, fired(signal).then(() => null)]);
      if (signal.aborted) return null;
      const lit =
        wanted.light && result.outcome === 'captured'
          ? await this.#light(wanted.light, taking.colors.signal, signal)
          : null;
      return signal.aborted ? null : { result, shown: this.#ovals.shown, video, device, lit };
    } catch (error) {
      // Whatever of it still goes on is not told to the next one.
      if (this.#taking === taking) this.#capture?.stop();
      throw error;
    } finally {
      // The next one may have begun: what is there then is its own.
      if (this.#taking === taking) this.#clear();
    }
  }

  /** Makes room for a capture. */
  #begin(wanted: Wanted): Taking {
    this.#clear();
    const whole = linked(null);
    this.#taking = { whole, colors: linked(whole.signal) };
    this.#ovals = new Ovals();
    this.#news = '';
    this.#wanted = wanted;
    const see = (isSeen: boolean) => this.#capture?.hold(!isSeen);
    this.#sight = new Sight(this.#screen.video, see, () => this.#playOn());
    return this.#taking;
  }

  /** Ends the capture that is under way, and leaves nothing of it. */
  #clear(): void {
    this.#taking?.whole.end();
    this.#taking = null;
    this.#settle?.done(null);
    this.#settle = null;
    this.#told = null;
    this.#letGo();
    this.#forgetStream();
    this.#sight?.end();
    this.#sight = null;
    clearTimeout(this.#timer);
  }

  /** Ends it, also while it is being saved. */
  cancel(): void {
    this.#taking?.whole.end();
    this.leave();
  }

  /** Switches the camera off. Pictures that are taken already are kept; colours are not shown to the end. */
  leave(): void {
    this.#taking?.colors.end();
    this.#letGo();
    // Not `cancel`: its end is told later, when the person may have begun again.
    this.#capture?.stop();
    this.#settle?.done(null);
  }

  /** Goes on with another camera, from the start. */
  choose(id: string): void {
    this.#forgetStream();
    this.#capture?.use(this.#wishFor(id)).catch(() => undefined);
  }

  /** The next capture begins with that camera. */
  prefer(id: string): void {
    this.#capture?.prefer(this.#wishFor(id));
  }

  /** The cameras to choose from. */
  cameras(): Promise<CameraChoice[]> {
    return listCameras((number) => this.#setting.words.text('camera_number', { number }));
  }

  #wishFor(id: string): MediaTrackConstraints {
    const wish = { ...(this.#host.manners.options.constraints ?? CAMERA_WISHES), deviceId: { ideal: id } };
    // The device that was chosen counts more than the side it looks to.
    delete wish.facingMode;
    return wish;
  }

  destroy(): void {
    this.#isOver = true;
    this.#clear();
    this.#capture?.destroy();
    this.#capture = null;
  }

  get #setting(): Setting {
    if (!this.#screen.setting) throw new Error('no texts yet');
    return this.#screen.setting;
  }

  #hint(hint: string): void {
    const { page } = this.#screen;
    if (page.name === 'camera') void this.#screen.show({ ...page, hint: this.#news || hint });
  }

  /** A hint that stays for long enough to be read, whatever comes. */
  #announce(news: string): void {
    this.#news = news;
    this.#hint(news);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#news = '';
      this.#hint('');
    }, NEWS_MS);
  }

  #on<Name extends keyof CaptureEvents>(name: Name, detail: CaptureEvents[Name]): void {
    this.#handlers[name]?.(detail);
    // The journey tells of errors, of this one and of others.
    if (name !== 'error') this.#host.tell(name, detail as JourneyEvents[Name]);
  }

  async #offerCameras(chosen: string): Promise<void> {
    const cameras = await this.cameras();
    const { page } = this.#screen;
    if (page.name === 'camera') await this.#screen.show({ ...page, cameras, chosen });
  }

  #mirror(isMirrored: boolean): void {
    this.#guide.isMirrored = isMirrored;
    const { page } = this.#screen;
    if (page.name === 'camera') void this.#screen.show({ ...page, isMirrored });
  }

  /** Plays on what was paused: a person cannot see it any more. */
  #playOn(): void {
    const { video } = this.#screen;
    if (document.hidden || !video.srcObject) return;
    video
      .play()
      .catch((error) => error instanceof DOMException && error.name === 'NotAllowedError' && this.#offerTap());
  }

  /** The browser wants a tap before it shows the camera. */
  #offerTap(): void {
    const { page } = this.#screen;
    if (page.name !== 'camera') return;
    const { text } = this.#setting.words;
    const tap = () => {
      const { page } = this.#screen;
      if (page.name === 'camera') void this.#screen.show({ ...page, tap: null });
      this.#screen.video.play().catch(() => this.#offerTap());
    };
    void this.#screen.show({ ...page, hint: '', tap });
    this.#tell(text('play_text'));
  }

  #onPhase(phase: Phase): void {
    this.#guide.progress(0);
    const { words } = this.#setting;
    if (phase === 'far') {
      if (!this.#news) clearTimeout(this.#timer);
      this.#hint('');
      const { srcObject } = this.#screen.video;
      this.#device ??= deviceFacts(srcObject instanceof MediaStream ? (srcObject.getVideoTracks()[0] ?? null) : null);
      this.#watch ??= new StreamWatch(this.#screen.video);
      const { videoBytes } = this.#wanted;
      if (videoBytes > 0) this.#recorder ??= Recorder.start(srcObject, videoBytes);
    }
    // From here on nobody gives up at an instruction.
    if (phase === 'encoding') this.#told = null;
    if (phase === 'encoding' && this.#wanted.light && !isUnwanted()) this.#keep();
    // The first picture is taken. What follows a stop is told by its instruction.
    if (this.#phase === 'far' && (phase === 'first_stop' || phase === 'near')) this.#tell(words.text('say_near'));
    this.#phase = phase;
    const text = { loading: 'starting_camera', encoding: 'saving' } as const;
    if (phase in text) {
      const line = words.text(text[phase as keyof typeof text]);
      this.#say({ text: line, color: null }, line);
    }
  }

  /** Keeps the camera on: the engine lets go of it with its last picture. */
  #keep(): void {
    this.#letGo();
    const { srcObject } = this.#screen.video;
    if (srcObject instanceof MediaStream) this.#kept = srcObject.clone();
  }

  /** Looks at the stream no longer, and tells what was seen. */
  #unwatch(): StreamFacts | undefined {
    const seen = this.#watch?.end();
    this.#watch = null;
    return seen;
  }

  /** What follows belongs to another stream. */
  #forgetStream(): void {
    this.#recorder = null;
    this.#device = null;
    this.#unwatch();
  }

  #letGo(): void {
    for (const track of this.#kept?.getTracks() ?? []) track.stop();
    this.#kept = null;
  }

  /** The light challenge, before the camera that was kept on. */
  #light(challenge: LightChallenge, left: AbortSignal, whole: AbortSignal): Promise<Lit> {
    const { words } = this.#setting;
    const stage: Stage = {
      video: this.#screen.video,
      stream: this.#kept,
      lamp: {
        light: (color) => this.#guide.light(color),
        progress: (fraction) => this.#guide.progress(fraction),
      },
      // Later another capture may have the screen.
      offerSkip: async (skip) => (whole.aborted ? undefined : this.#offerSkip(skip)),
      foretell: () => this.#say({ text: words.text('light_soon'), color: null }, words.text('say_light')),
      begin: () => this.#guide.say(words.text('keep_still'), null),
    };
    return challenged(challenge, stage, left);
  }

  async #offerSkip(skip: (() => void) | null): Promise<void> {
    const { page } = this.#screen;
    if (page.name === 'camera') await this.#screen.show({ ...page, skip });
  }

  #say(line: { text: string; color: string | null }, said: string): void {
    this.#shown = line;
    this.#guide.say(line.text, line.color);
    this.#tell(said);
  }

  #tell(text: string): void {
    this.#screen.announce(text);
    voice(text, this.#setting.words.language);
  }
}
