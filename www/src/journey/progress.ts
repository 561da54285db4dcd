// The page that tells how the sending goes.

import type { Pictures } from './attempt.js';
import type { Delivery } from './delivery.js';
import type { Host } from './host.js';
import type { Screen } from './screen.js';

export class Progress {
  readonly #screen: Screen;
  readonly #host: Pick<Host, 'tell'>;
  /** Share of the upload that the pictures are; after it comes the video. Null: there is nothing to send yet. */
  #pictures: number | null = null;

  constructor(screen: Screen, host: Pick<Host, 'tell'>) {
    this.#screen = screen;
    this.#host = host;
  }

  /** From now on it is these that are sent. */
  sends({ far, near, audit, video }: Pictures): void {
    const bytes = [far, near, ...audit].reduce((sum, { jpeg }) => sum + jpeg.length, 0);
    this.#pictures = bytes / (bytes + (video?.size ?? 0));
  }

  /** Shows what is going on. */
  readonly tell = (now: Delivery | { kind: 'judging' }): void => {
    const { setting } = this.#screen;
    if (!setting) return;
    if (now.kind === 'sending') this.#host.tell('uploading', { share: now.share });
    const { words, look } = setting;
    const isVideo = now.kind === 'sending' && this.#pictures !== null && now.share > this.#pictures;
    const note = (): string => {
      if (now.kind === 'sending') return words.text('sent_share', { share: now.share });
      if (now.kind === 'waiting')
        return words.text(now.why === 'busy' ? 'send_busy' : 'send_again', { seconds: now.seconds });
      // Before there is anything to send it is the page itself that waits.
      if (now.kind === 'offline') return words.text(this.#pictures === null ? 'load_text' : 'offline');
      return '';
    };
    const video = look.text('MultiDeviceProcessPage', 'videoUploadingText', words.text('video_sending'));
    const title =
      now.kind === 'judging'
        ? words.text('judging')
        : isVideo
          ? video
          : words.text(this.#pictures === null ? 'loading' : 'sending');
    const color = isVideo ? 'MultiDeviceProcessPage.videoUploadingTextColor' : '';
    const share = now.kind === 'sending' ? now.share : null;
    void this.#screen.show({ name: 'progress', title, color, note: note(), share });
  };
}
