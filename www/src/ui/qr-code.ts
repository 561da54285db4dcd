// Draws QR codes. The encoder loads on demand: most people never see a code.

import { html, nothing, svg, type TemplateResult } from 'lit';
import { until } from 'lit/directives/until.js';
import { loadChunk } from '../lib/chunks.js';

type Encode = typeof import('qr')['default'];

/** Width of the quiet zone that scanners need, modules. */
const QUIET_ZONE = 4;

let encode: Encode | null = null;
/** Reset after a failure, so that the encoder can be loaded again. */
let loading: Promise<Encode> | null = null;

async function load(): Promise<Encode> {
  encode = (await loadChunk(() => import('qr'))).default;
  return encode;
}

/** Loads the encoder once, so that a code can be drawn without a connection. */
export function loadQrEncoder(): Promise<unknown> {
  loading ??= load().catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}

/** The code as one path of dark squares. */
function draw(encode: Encode, text: string, label: string): TemplateResult {
  const rows = encode(text, 'raw', { border: QUIET_ZONE });
  const path = rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return html`
    <svg class="code" role="img" aria-label=${label} viewBox="0 0 ${rows.length} ${rows.length}" shape-rendering="crispEdges">
      ${svg`<rect width=${rows.length} height=${rows.length} fill="#fff"></rect><path fill="#000" d=${path}></path>`}
    </svg>`;
}

/** A QR code, or `placeholder` until the encoder is loaded. Nothing if it does not load. */
export function qrCode(text: string, label: string, placeholder: TemplateResult): unknown {
  if (encode) return draw(encode, text, label);
  const drawn = loadQrEncoder().then(() => encode && draw(encode, text, label));
  return until(
    drawn.catch(() => nothing),
    placeholder,
  );
}
