// The hosted page in a frame: what it may do, who is listened to, and how it goes away.

/** What the page tells at its end. */
export interface EmbedMessage {
  info: 'successNext' | 'failedNext';
  signatureId: string;
}

/** What to show, and whom to tell. */
export interface EmbedOptions {
  /** The session's address, as the service's Get Token gives it, with `isLivenessIframe=true` in its `returnUrl`. */
  url: string | URL;
  /** The person passed, as far as the page knows: what counts is what your back end is told. */
  onSuccess?: (message: EmbedMessage) => void;
  /** The person did not pass and goes on. */
  onFailure?: (message: EmbedMessage) => void;
  /** What a screen reader calls the frame. */
  title?: string;
}

/** A frame that shows the page. */
export interface Embedded {
  readonly iframe: HTMLIFrameElement;
  /** Takes the frame away, and with it the camera. */
  destroy(): void;
}

/** A frame lower than this leaves the face no room, px. */
const LEAST_HEIGHT = 480;

function read(data: unknown): EmbedMessage | null {
  if (typeof data !== 'string') return null;
  let message: Partial<EmbedMessage> | null;
  try {
    message = JSON.parse(data);
  } catch {
    return null;
  }
  const known = message?.info === 'successNext' || message?.info === 'failedNext';
  return known && typeof message?.signatureId === 'string' ? (message as EmbedMessage) : null;
}

/** The height of the frame: the parent's, where it has one; else what the window has room for. */
function height(parent: Element): number {
  const own = parent.clientHeight;
  return own >= LEAST_HEIGHT ? own : Math.max(LEAST_HEIGHT, Math.min(globalThis.innerHeight, 800));
}

/**
 * Shows the hosted page in `parent`. Only what this very frame sends from the page's own origin is listened to.
 *
 * @throws TypeError for an address that is none of http or https
 */
export function embed(parent: Element, options: EmbedOptions): Embedded {
  const url = new URL(options.url, document.baseURI);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new TypeError(`url: ${url.protocol} is not https:`);
  const iframe = document.createElement('iframe');
  iframe.allow = 'camera; autoplay; fullscreen';
  iframe.title = options.title ?? 'Face verification';
  iframe.referrerPolicy = 'no-referrer';
  iframe.style.cssText = 'display: block; border: 0; width: 100%';
  const ended = new AbortController();
  const { signal } = ended;
  const destroy = () => {
    ended.abort();
    iframe.remove();
  };
  const fit = () => {
    // Without the frame, or it would keep the parent as high as it is.
    iframe.style.height = '0';
    iframe.style.height = `${height(parent)}px`;
  };
  addEventListener('resize', fit, { signal });
  addEventListener(
    'message',
    ({ data, origin, source }) => {
      if (source !== iframe.contentWindow || origin !== url.origin) return;
      const message = read(data);
      if (message) (message.info === 'successNext' ? options.onSuccess : options.onFailure)?.(message);
    },
    { signal },
  );
  iframe.src = url.href;
  parent.append(iframe);
  fit();
  return { iframe, destroy };
}
