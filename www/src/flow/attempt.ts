// One attempt as it is sent: the manifest first, then the pictures that it names, sealed for the service; the video
// follows by itself.

import type { AttemptView, CameraType, Manifest } from '../api/openapi.js';
import type { Lit } from '../capture/light-challenge.js';
import type { SealingGlue } from '../engine/sealing.js';
import type { AuditFrame, InstructionRecord } from '../engine/types.js';
import type { Photo } from './photos.js';

/** What was captured. */
export interface Pictures {
  cameraType: CameraType;
  far: Photo;
  /** One for each stop of the path. */
  stops: Photo[];
  near: Photo;
  audit: AuditFrame[];
  instructions: InstructionRecord[];
  video: Blob | null;
  /** Where coloured light was asked for. */
  lit: Lit | null;
}

/** What the service gave for an attempt, and what its clock was then ahead of that of the frames, ms. */
export type Nonce = AttemptView & { clockOffset: number };

/** What the manifest tells besides the capture's own result. */
export interface Circumstances extends Required<Pick<Manifest, 'ovals' | 'viewport' | 'device'>> {
  signatureId: string;
  issued: Nonce;
}

/** What is sent. */
export interface Attempt {
  id: string;
  /** The manifest and the pictures, sealed. */
  sealed: Blob;
  video: Blob | null;
}

/** An id of 16 hex digits. */
export function freshId(): string {
  return [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function fromBase64Url(text: string): Uint8Array {
  const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(bytes, (char) => char.charCodeAt(0));
}

type Parts = { name: string; bytes: Uint8Array }[];

/** Seals the parts for one attempt, in their order (docs/SEALING.md). */
function seal(glue: SealingGlue, id: string, { signatureId, issued }: Circumstances, parts: Parts): Blob {
  const random = crypto.getRandomValues(new Uint8Array(32));
  const sealing = glue.Sealing.begin(fromBase64Url(issued.sealingKey), signatureId, id, issued.nonce, random);
  if (!sealing) throw new Error('the service gave no key to seal with');
  try {
    const pieces = parts.map(({ name, bytes }, index) => {
      const piece = sealing.part(name, bytes, index + 1 === parts.length);
      if (!piece) throw new Error(`${name} cannot be sealed`);
      return piece as Uint8Array<ArrayBuffer>;
    });
    return new Blob(pieces, { type: 'application/octet-stream' });
  } finally {
    sealing.free();
  }
}

/** Packs what was captured. The manifest binds the video, but what it is judged by does not wait for it. */
export async function packAttempt(
  id: string,
  result: Pictures,
  circumstances: Circumstances,
  sealing: SealingGlue,
): Promise<Attempt> {
  const { issued, ovals, viewport, device } = circumstances;
  const at = (time: number) => Math.round(time + issued.clockOffset);
  const { lit } = result;
  const audit = [...result.audit, ...(lit?.frames ?? [])].map((frame, index) => ({ name: `audit-${index}`, ...frame }));
  const stops = result.stops.map((stop, index) => ({ name: `stop-${index}`, ...stop }));
  const pictures = [{ name: 'far', ...result.far }, { name: 'near', ...result.near }, ...stops, ...audit];
  const { video } = result;
  const files = pictures.map(({ name, jpeg }) => ({ name, bytes: jpeg }));
  const named = video ? [...files, { name: 'video', bytes: new Uint8Array(await video.arrayBuffer()) }] : files;
  const facts = named.map(async ({ name, bytes }) => ({ name, sha256: await sha256(bytes), bytes: bytes.length }));
  const manifest: Manifest = {
    nonce: issued.nonce,
    files: await Promise.all(facts),
    farImageTime: at(result.far.time),
    nearImageTime: at(result.near.time),
    stops: stops.map(({ name, time }) => ({ name, time: at(time) })),
    cameraType: result.cameraType,
    ovals,
    viewport,
    instructions: result.instructions.map((entry) => ({ ...entry, time: at(entry.time) })),
    audit: audit.map(({ name, time, phase, code }) => ({ name, time: at(time), phase, code: code ?? '' })),
    device,
    light: lit && {
      outcome: lit.outcome,
      shown: lit.shown.map(({ color, from, until }) => ({ color, from: at(from), until: at(until) })),
    },
  };
  const first = { name: 'manifest', bytes: new TextEncoder().encode(JSON.stringify(manifest)) };
  return { id, sealed: seal(sealing, id, circumstances, [first, ...files]), video };
}
