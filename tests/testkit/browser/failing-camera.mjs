// Simulates failing cameras. Each function runs in the page before its scripts, and is self-contained.

/** The first stream is live but delivers no frame; later ones are the browser's. */
export function deliverNoFrames({ muted }) {
  const getUserMedia = MediaDevices.prototype.getUserMedia;
  globalThis.cameraCalls = [];
  MediaDevices.prototype.getUserMedia = async function (constraints) {
    const stream = await getUserMedia.call(this, constraints);
    globalThis.cameraCalls.push(constraints);
    if (globalThis.cameraCalls.length > 1) return stream;
    for (const track of stream.getTracks()) track.stop();
    const silent = new MediaStreamTrackGenerator({ kind: 'video' });
    if (muted) Object.defineProperty(silent, 'muted', { value: true });
    return new MediaStream([silent]);
  };
}

/**
 * The first stream stops delivering frames once `globalThis.freeze` is true; later ones continue. `globalThis.sent`
 * counts the frames of all streams.
 */
export function freezeFirstStream() {
  const getUserMedia = MediaDevices.prototype.getUserMedia;
  globalThis.cameraCalls = [];
  globalThis.freeze = false;
  globalThis.sent = 0;
  MediaDevices.prototype.getUserMedia = async function (constraints) {
    const stream = await getUserMedia.call(this, constraints);
    globalThis.cameraCalls.push(constraints);
    const isFirst = globalThis.cameraCalls.length === 1;
    const { readable } = new MediaStreamTrackProcessor({ track: stream.getVideoTracks()[0] });
    const output = new MediaStreamTrackGenerator({ kind: 'video' });
    const gate = new TransformStream({
      transform(frame, controller) {
        globalThis.sent += 1;
        if (isFirst && globalThis.freeze) frame.close();
        else controller.enqueue(frame);
      },
    });
    readable.pipeThrough(gate).pipeTo(output.writable);
    return new MediaStream([output]);
  };
}

/**
 * The cameras at these places in the list are busy: requests for them, and requests without a camera, fail.
 * `globalThis.cameraCalls` lists the requested ids.
 */
export function markCamerasBusy({ places }) {
  const getUserMedia = MediaDevices.prototype.getUserMedia;
  globalThis.cameraCalls = [];
  globalThis.busy = places;
  MediaDevices.prototype.getUserMedia = async function (constraints) {
    const { exact, ideal } = constraints.video.deviceId ?? {};
    globalThis.cameraCalls.push(exact ?? ideal ?? null);
    // As in a browser, which reveals the ids once the user has allowed the camera.
    const devices = (await this.enumerateDevices()).filter(({ kind }) => kind === 'videoinput');
    const place = devices.findIndex(({ deviceId }) => deviceId === (exact ?? ideal));
    if (place < 0 || globalThis.busy.includes(place)) throw new DOMException('staged', 'NotReadableError');
    return getUserMedia.call(this, constraints);
  };
}

/** The browser plays no video before `globalThis.tapped` is true. */
export function blockAutoplay() {
  const { play } = HTMLMediaElement.prototype;
  globalThis.tapped = false;
  HTMLMediaElement.prototype.play = function () {
    if (globalThis.tapped) return play.call(this);
    this.autoplay = false;
    this.pause();
    return Promise.reject(new DOMException('staged', 'NotAllowedError'));
  };
}

/** The camera's settings report this facing mode. */
export function setFacingMode({ facingMode }) {
  const { getSettings } = MediaStreamTrack.prototype;
  MediaStreamTrack.prototype.getSettings = function () {
    return { ...getSettings.call(this), facingMode };
  };
}
