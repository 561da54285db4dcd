// The page that tells how the sending goes.

import type { Host } from '../ui/host.js';
import type { Action, Screen } from '../ui/screen.js';
import type { Delivery } from './delivery.js';

/** Why the page waits. */
const REASONS = { network: 'send_again', busy: 'send_busy', foreign: 'send_foreign' } as const;

export class Progress {
  readonly #screen: Screen;
  readonly #host: Pick<Host, 'tell'>;
  /** What it is that is waited for. */
  #stage: 'loading' | 'pictures' | 'video' | 'judging' = 'loading';
  /** The last step that was shown. */
  #step = '';
  /** Ends the attempt, whatever it waits for, until its pictures are delivered; null: there is none. */
  giveUp: (() => void) | null = null;

  constructor(screen: Screen, host: Pick<Host, 'tell'>) {
    this.#screen = screen;
    this.#host = host;
  }

  /** An attempt begins, or a wait without one (`giveUp` null): there is nothing to send yet. */
  begin(giveUp: (() => void) | null): void {
    this.#stage = 'loading';
    this.#step = '';
    this.giveUp = giveUp;
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
    const hasPictures = this.#stage === 'pictures' || this.#stage === 'video';
    const note = (): string => {
      if (now.kind === 'sending') return words.text('sent_share', { share: now.share });
      if (now.kind === 'offline') return words.text(hasPictures ? 'offline' : 'load_text');
      if (now.kind !== 'waiting') return '';
      const { seconds } = now;
      const text = words.text(REASONS[now.why], { seconds });
      return hasPictures ? `${text}\n${words.text('pictures_kept')}` : text;
    };
    const actions: Action[] = [];
    if (now.kind === 'waiting' || now.kind === 'offline') {
      actions.push({ label: 'try_now', act: now.now });
      const isBefore = this.#stage === 'loading' || this.#stage === 'pictures';
      if (this.giveUp && isBefore) actions.push({ label: 'cancel', act: this.giveUp });
    }
    const titles = {
      loading: words.text('loading'),
      pictures: words.text('sending'),
      video: look.text('MultiDeviceProcessPage', 'videoUploadingText', words.text('video_sending')),
      judging: words.text('judging'),
    };
    const title = titles[this.#stage];
    const color = this.#stage === 'video' ? 'MultiDeviceProcessPage.videoUploadingTextColor' : '';
    const share = now.kind === 'sending' ? now.share : null;
    const page = { name: 'progress', title, color, note: note(), share, actions } as const;
    const step = `${this.#stage} ${now.kind}`;
    // Once a step, not with every share and second. The first one's heading takes the focus, and so says itself.
    const says = step !== this.#step && this.#screen.page.name === 'progress';
    this.#step = step;
    void this.#screen.show(page);
    if (says) this.#screen.announce(now.kind === 'sending' || page.note === '' ? title : page.note);
  };
}
