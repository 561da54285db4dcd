// The page that tells how the sending goes.

import type { Delivery } from './delivery.js';
import type { Host } from './host.js';
import type { Screen } from './screen.js';

export class Progress {
  readonly #screen: Screen;
  readonly #host: Pick<Host, 'tell'>;
  /** What it is that is waited for. */
  #stage: 'loading' | 'pictures' | 'video' | 'judging' = 'loading';
  /** The last step that was shown. */
  #step = '';

  constructor(screen: Screen, host: Pick<Host, 'tell'>) {
    this.#screen = screen;
    this.#host = host;
  }

  /** Something begins anew: there is nothing to send yet. */
  begin(): void {
    this.#stage = 'loading';
    this.#step = '';
  }

  /** Shows what is going on. */
  readonly tell = (now: Delivery): void => {
    const { setting } = this.#screen;
    if (!setting) return;
    const { words, look } = setting;
    if (now.kind === 'sending') {
      this.#stage = now.what;
      this.#host.tell('uploading', { what: now.what, share: now.share });
    }
    if (now.kind === 'judging') this.#stage = 'judging';
    const note = (): string => {
      if (now.kind === 'sending') return words.text('sent_share', { share: now.share });
      if (now.kind === 'waiting')
        return words.text(now.why === 'busy' ? 'send_busy' : 'send_again', { seconds: now.seconds });
      if (now.kind === 'offline') return words.text(this.#stage === 'loading' ? 'load_text' : 'offline');
      return '';
    };
    const titles = {
      loading: words.text('loading'),
      pictures: words.text('sending'),
      video: look.text('MultiDeviceProcessPage', 'videoUploadingText', words.text('video_sending')),
      judging: words.text('judging'),
    };
    const title = titles[this.#stage];
    const color = this.#stage === 'video' ? 'MultiDeviceProcessPage.videoUploadingTextColor' : '';
    const share = now.kind === 'sending' ? now.share : null;
    const page = { name: 'progress', title, color, note: note(), share } as const;
    const step = `${this.#stage} ${now.kind}`;
    // Once a step, not with every share and second. The first one's heading takes the focus, and so says itself.
    const says = step !== this.#step && this.#screen.page.name === 'progress';
    this.#step = step;
    void this.#screen.show(page);
    if (says) this.#screen.announce(now.kind === 'sending' || page.note === '' ? title : page.note);
  };
}
