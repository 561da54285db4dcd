// Embeds the hosted page in an iframe and receives its message at the end.

/** The message that the page sends at its end. */
export interface EmbedMessage {
  info: 'successNext' | 'failedNext';
  signatureId: string;
}

/** Options of the embedded page. */
export interface EmbedOptions {
  /** The session's address from the service's Get Token, with `isLivenessIframe=true` in its return URLs. */
  url: string | URL;
  /** The page reports a pass. Only the result that your back end gets from the service counts. */
  onSuccess?: (message: EmbedMessage) => void;
  /** The person did not pass and leaves the page. */
  onFailure?: (message: EmbedMessage) => void;
  /** The frame's accessible name. */
  title?: string;
}

/** The frame that shows the page. */
export interface Embedded {
  readonly iframe: HTMLIFrameElement;
  /** Removes the frame, which also releases the camera. */
  destroy(): void;
}

/** A lower frame leaves no room for the face, px. */
const MIN_HEIGHT = 480;

function parseMessage(data: unknown): EmbedMessage | null {
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

/** The height of the frame: the parent's if it has one, otherwise what fits in the window. */
function height(parent: Element): number {
  const own = parent.clientHeight;
  return own >= MIN_HEIGHT ? own : Math.max(MIN_HEIGHT, Math.min(globalThis.innerHeight, 800));
}

/**
 * Shows the hosted page in `parent`. Accepts messages only from this frame and the page's origin.
 *
 * @throws TypeError unless the address is http or https
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
    // Measure the parent without the frame, which would keep it at its height.
    iframe.style.height = '0';
    iframe.style.height = `${height(parent)}px`;
  };
  addEventListener('resize', fit, { signal });
  addEventListener(
    'message',
    ({ data, origin, source }) => {
      if (source !== iframe.contentWindow || origin !== url.origin) return;
      const message = parseMessage(data);
      if (message) (message.info === 'successNext' ? options.onSuccess : options.onFailure)?.(message);
    },
    { signal },
  );
  iframe.src = url.href;
  parent.append(iframe);
  fit();
  return { iframe, destroy };
}
