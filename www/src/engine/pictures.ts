// Types of the pictures that callers provide.

/** A picture to analyse. A `VideoFrame` or an `ImageBitmap` is transferred: the capture closes it. */
export type Picture = VideoFrame | ImageBitmap | ImageData;

/**
 * A picture with the time it was taken, Unix ms. All pictures must use the same clock; to compare with the times of
 * instructions, use `performance.timeOrigin + performance.now()`. Without a time, a `VideoFrame`'s own time or the time
 * of arrival counts.
 */
export interface TimedPicture {
  image: Picture;
  time: number;
}
