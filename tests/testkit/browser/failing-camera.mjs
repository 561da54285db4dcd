// Cameras that fail in ways of their own. Each function runs in the page before its scripts, and is self-contained.

/** The first stream is live and never delivers a picture; later ones are the browser's. */
export function neverDeliver({ muted }) {
  const ask = MediaDevices.prototype.getUserMedia;
  globalThis.cameraCalls = [];
  MediaDevices.prototype.getUserMedia = async function (wish) {
    const stream = await ask.call(this, wish);
    globalThis.cameraCalls.push(wish);
    if (globalThis.cameraCalls.length > 1) return stream;
    for (const track of stream.getTracks()) track.stop();
    const silent = new MediaStreamTrackGenerator({ kind: 'video' });
    if (muted) Object.defineProperty(silent, 'muted', { value: true });
    return new MediaStream([silent]);
  };
}

/**
 * The first stream stops delivering when the page says `globalThis.freeze = true`; later ones go on. `globalThis.sent`
 * counts the pictures of all of them.
 */
export function freezeOnce() {
  const ask = MediaDevices.prototype.getUserMedia;
  globalThis.cameraCalls = [];
  globalThis.freeze = false;
  globalThis.sent = 0;
  MediaDevices.prototype.getUserMedia = async function (wish) {
    const stream = await ask.call(this, wish);
    globalThis.cameraCalls.push(wish);
    const isFirst = globalThis.cameraCalls.length === 1;
    const { readable } = new MediaStreamTrackProcessor({ track: stream.getVideoTracks()[0] });
    const staged = new MediaStreamTrackGenerator({ kind: 'video' });
    const gate = new TransformStream({
      transform(frame, controller) {
        globalThis.sent += 1;
        if (isFirst && globalThis.freeze) frame.close();
        else controller.enqueue(frame);
      },
    });
    readable.pipeThrough(gate).pipeTo(staged.writable);
    return new MediaStream([staged]);
  };
}

/**
 * The cameras with these places in the list are busy: they, and whatever names no camera, fail. Notes the ids that were asked for.
 */
export function beBusy({ places }) {
  const ask = MediaDevices.prototype.getUserMedia;
  globalThis.cameraCalls = [];
  globalThis.busy = places;
  MediaDevices.prototype.getUserMedia = async function (wish) {
    const { exact, ideal } = wish.video.deviceId ?? {};
    globalThis.cameraCalls.push(exact ?? ideal ?? null);
    // As in a browser, where ids are told once the person has allowed it.
    const devices = (await this.enumerateDevices()).filter(({ kind }) => kind === 'videoinput');
    const place = devices.findIndex(({ deviceId }) => deviceId === (exact ?? ideal));
    if (place < 0 || globalThis.busy.includes(place)) throw new DOMException('staged', 'NotReadableError');
    return ask.call(this, wish);
  };
}

/** The browser plays nothing before the person has tapped. */
export function blockPlay() {
  const { play } = HTMLMediaElement.prototype;
  globalThis.tapped = false;
  HTMLMediaElement.prototype.play = function () {
    if (globalThis.tapped) return play.call(this);
    this.autoplay = false;
    this.pause();
    return Promise.reject(new DOMException('staged', 'NotAllowedError'));
  };
}

/** The camera looks to this side, as far as its settings tell. */
export function lookTo({ facingMode }) {
  const { getSettings } = MediaStreamTrack.prototype;
  MediaStreamTrack.prototype.getSettings = function () {
    return { ...getSettings.call(this), facingMode };
  };
}
