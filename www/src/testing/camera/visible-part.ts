// Finds the part of the picture that the page shows.

interface Size {
  width: number;
  height: number;
}

/** The videos of a document, those in open shadow trees included. */
function* videos(root: ParentNode): Generator<HTMLVideoElement> {
  for (const element of root.querySelectorAll('*')) {
    if (element.localName === 'video') yield element as HTMLVideoElement;
    if (element.shadowRoot) yield* videos(element.shadowRoot);
  }
}

/** The shorter side of what a viewport shows of a picture with `object-fit: cover`, px of the picture. */
export function coveredShortSide(picture: Size, viewport: Size): number {
  const scale = Math.max(viewport.width / picture.width, viewport.height / picture.height);
  if (Math.min(viewport.width, viewport.height) <= 0 || !Number.isFinite(scale))
    return Math.min(picture.width, picture.height);
  return Math.min(picture.width, picture.height, viewport.width / scale, viewport.height / scale);
}

/** The same for the video that shows the stream; of the whole picture if none does. */
export function visibleShortSide(document: Document, stream: MediaStream, picture: Size): number {
  for (const video of videos(document))
    if (video.srcObject === stream)
      return coveredShortSide(picture, { width: video.clientWidth, height: video.clientHeight });
  return coveredShortSide(picture, picture);
}
