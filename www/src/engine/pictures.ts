/** A picture to look at. A `VideoFrame` and an `ImageBitmap` are handed over: the capture closes them. */
export type Picture = VideoFrame | ImageBitmap | ImageData;

/**
 * A picture with the moment it was taken, Unix ms on one clock all along: `performance.timeOrigin + performance.now()`,
 * as the instructions' times are, where those are to be compared. Without it a `VideoFrame`'s own time or its arrival counts.
 */
export interface TimedPicture {
  image: Picture;
  time: number;
}
