// The page that shows loading, uploading and waiting for the result.

import type { Host } from '../ui/host.js';
import type { Action, JourneyView } from '../ui/view.js';
import type { DeliveryProgress } from './delivery.js';

/** After this long without a result, the page says that it takes longer than usual, ms. */
const LONG_MS = 10_000;
/** The text for each reason to wait. */
const REASONS = { network: 'send_again', busy: 'send_busy', foreign: 'send_foreign' } as const;

export class ProgressPage {
  readonly #view: JourneyView;
  readonly #host: Pick<Host, 'emit'>;
  #stage: 'loading' | 'pictures' | 'video' | 'judging' = 'loading';
  /** The last step that was shown. */
  #step = '';
  #kind: DeliveryProgress['kind'] | null = null;
  /** Runs while the pictures are checked; null before and after. */
  #longTimer: ReturnType<typeof setTimeout> | null = null;
  #isLong = false;
  /** Cancels the attempt until its pictures are delivered; null without an attempt. */
  onCancel: (() => void) | null = null;

  constructor(view: JourneyView, host: Pick<Host, 'emit'>) {
    this.#view = view;
    this.#host = host;
  }

  /** Resets the page for a new attempt, or for a wait without one (`onCancel` null). */
  begin(onCancel: (() => void) | null): void {
    this.#stage = 'loading';
    this.#step = '';
    this.onCancel = onCancel;
    this.end();
  }

  /** Stops the clock of a wait for the result. */
  end(): void {
    if (this.#longTimer !== null) clearTimeout(this.#longTimer);
    this.#longTimer = null;
    this.#isLong = false;
  }

  /** Starts the clock of the wait for the result, once. */
  #startClock(): void {
    this.#longTimer ??= setTimeout(() => {
      this.#isLong = true;
      // Not in place of a page that follows, nor of a broken connection.
      if (this.#view.page.name === 'progress' && this.#kind === 'judging') this.update({ kind: 'judging' });
    }, LONG_MS);
  }

  /** Shows the progress of a delivery. */
  readonly update = (progress: DeliveryProgress): void => {
    const { context } = this.#view;
    if (!context) return;
    const { i18n, ui } = context;
    this.#kind = progress.kind;
    if (progress.kind === 'sending') {
      this.#stage = progress.what;
      this.#host.emit('uploading', { what: progress.what, share: progress.share });
    }
    if (progress.kind === 'judging') {
      this.#stage = 'judging';
      this.#startClock();
    }
    const hasPictures = this.#stage === 'pictures' || this.#stage === 'video';
    const note = (): string => {
      if (progress.kind === 'sending') return i18n.format('sent_share', { share: progress.share });
      if (progress.kind === 'offline') return i18n.format(hasPictures ? 'offline' : 'load_text');
      if (progress.kind === 'judging') return i18n.format(this.#isLong ? 'judging_long' : 'judging_text');
      const { seconds } = progress;
      const text = i18n.format(REASONS[progress.why], { seconds });
      return hasPictures ? `${text}\n${i18n.format('pictures_kept')}` : text;
    };
    const actions: Action[] = [];
    if (progress.kind === 'waiting' || progress.kind === 'offline') {
      actions.push({ label: 'try_now', act: progress.retryNow });
      const canCancel = this.#stage === 'loading' || this.#stage === 'pictures';
      if (this.onCancel && canCancel) actions.push({ label: 'cancel', act: this.onCancel });
    }
    const titles = {
      loading: i18n.format('loading'),
      pictures: i18n.format('sending'),
      video: ui.text('MultiDeviceProcessPage', 'videoUploadingText', i18n.format('video_sending')),
      judging: i18n.format('judging'),
    };
    const title = titles[this.#stage];
    const color = this.#stage === 'video' ? 'MultiDeviceProcessPage.videoUploadingTextColor' : '';
    const share = progress.kind === 'sending' ? progress.share : null;
    const page = { name: 'progress', title, color, note: note(), share, actions } as const;
    const step = `${this.#stage} ${progress.kind} ${this.#isLong}`;
    // Announce each step once, not every share and second. The first step's heading takes the focus and is read anyway.
    const isAnnounced = step !== this.#step && this.#view.page.name === 'progress';
    this.#step = step;
    void this.#view.show(page);
    const isTitleNew = progress.kind === 'sending' || (progress.kind === 'judging' && !this.#isLong);
    if (isAnnounced) this.#view.announce(isTitleNew ? title : page.note);
  };
}
