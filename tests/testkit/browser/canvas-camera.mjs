// Replaces the camera by a canvas that shows a scenario, for browsers that cannot use a video file as the camera.

/**
 * Runs in the page: replaces the camera by the canvas. Self-contained, since it is sent to the page as text.
 * @param {{url: string, fps: number, width: number, height: number}} scenario an .mjpeg file on the page's own host
 */
export function playCanvasCamera({ url, fps, width, height }) {
  /** Splits concatenated JPEG files. Inside a file, no other marker is FF D8. */
  const split = (bytes) => {
    const starts = [];
    for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
      if (bytes[at + 1] === 0xd8 && bytes[at + 2] === 0xff) starts.push(at);
    }
    return starts.map((start, i) => new Blob([bytes.subarray(start, starts[i + 1])], { type: 'image/jpeg' }));
  };
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d');
  // The drawn frames with their times, Unix ms.
  globalThis.seen = [];
  const play = (frames) => {
    const start = performance.now();
    let shown = -1;
    const next = async () => {
      const wanted = Math.floor(((performance.now() - start) * fps) / 1000) % frames.length;
      if (wanted !== shown) {
        const image = await createImageBitmap(frames[wanted]);
        context.drawImage(image, 0, 0);
        image.close();
        globalThis.seen.push({ frame: wanted, time: performance.timeOrigin + performance.now() });
        shown = wanted;
      }
      setTimeout(next, 5);
    };
    return next();
  };
  // On the prototype: WebKit forgets what is set on the object itself when it collects the object's wrapper.
  MediaDevices.prototype.getUserMedia = async () => {
    const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
    await play(split(bytes));
    return canvas.captureStream(fps);
  };
}
