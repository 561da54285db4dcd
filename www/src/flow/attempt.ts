// Packs one attempt for upload: the manifest and the pictures it names, sealed for the service. The video is uploaded
// separately.

import type { AttemptView, CameraType, Manifest } from '../api/openapi.js';
import type { LightResult } from '../capture/light-challenge.js';
import type { SealingGlue } from '../engine/sealing.js';
import type { AuditFrame, InstructionRecord, Still } from '../engine/types.js';

/** A picture as it is uploaded. */
export type Photo = Pick<Still, 'jpeg' | 'width' | 'height' | 'time'>;

/** The pictures of a capture and the records that go with them. */
export interface CapturedPictures {
  cameraType: CameraType;
  far: Photo;
  /** One for each stop of the motion path. */
  stops: Photo[];
  near: Photo;
  audit: AuditFrame[];
  instructions: InstructionRecord[];
  video: Blob | null;
  /** The light challenge, if the service asked for one. */
  light: LightResult | null;
}

/** The service's response for a new attempt, and how far its clock was ahead of that of the frames, ms. */
export type IssuedAttempt = AttemptView & { clockOffset: number };

/** The manifest's content apart from the pictures. */
export interface ManifestContext extends Required<Pick<Manifest, 'ovals' | 'viewport' | 'device'>> {
  signatureId: string;
  issued: IssuedAttempt;
}

/** An attempt, ready for upload. */
export interface Attempt {
  id: string;
  /** The manifest and the pictures, sealed. */
  sealed: Blob;
  video: Blob | null;
}

/** A random id of 16 hex digits. */
export function randomId(): string {
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

type UploadParts = { name: string; bytes: Uint8Array }[];

/** Seals the parts for one attempt, in order (docs/SEALING.md). */
function seal(glue: SealingGlue, id: string, { signatureId, issued }: ManifestContext, parts: UploadParts): Blob {
  const random = crypto.getRandomValues(new Uint8Array(32));
  const sealing = glue.Sealing.begin(fromBase64Url(issued.sealingKey), signatureId, id, issued.nonce, random);
  if (!sealing) throw new Error('the service sent no valid sealing key');
  try {
    const sealed = parts.map(({ name, bytes }, index) => {
      const part = sealing.part(name, bytes, index + 1 === parts.length);
      if (!part) throw new Error(`${name} cannot be sealed`);
      return part as Uint8Array<ArrayBuffer>;
    });
    return new Blob(sealed, { type: 'application/octet-stream' });
  } finally {
    sealing.free();
  }
}

/** Packs a capture. The manifest includes the hash of the video, which follows in a separate upload. */
export async function packAttempt(
  id: string,
  captured: CapturedPictures,
  context: ManifestContext,
  sealing: SealingGlue,
): Promise<Attempt> {
  const { issued, ovals, viewport, device } = context;
  const serviceTime = (time: number) => Math.round(time + issued.clockOffset);
  const { light, video } = captured;
  const auditFrames = [...captured.audit, ...(light?.frames ?? [])];
  const audit = auditFrames.map((frame, index) => ({ name: `audit-${index}`, ...frame }));
  const stops = captured.stops.map((stop, index) => ({ name: `stop-${index}`, ...stop }));
  const pictures = [{ name: 'far', ...captured.far }, { name: 'near', ...captured.near }, ...stops, ...audit];
  const files = pictures.map(({ name, jpeg }) => ({ name, bytes: jpeg }));
  const hashed = video ? [...files, { name: 'video', bytes: new Uint8Array(await video.arrayBuffer()) }] : files;
  const entries = hashed.map(async ({ name, bytes }) => ({ name, sha256: await sha256(bytes), bytes: bytes.length }));
  const manifest: Manifest = {
    nonce: issued.nonce,
    files: await Promise.all(entries),
    farImageTime: serviceTime(captured.far.time),
    nearImageTime: serviceTime(captured.near.time),
    stops: stops.map(({ name, time }) => ({ name, time: serviceTime(time) })),
    cameraType: captured.cameraType,
    ovals,
    viewport,
    instructions: captured.instructions.map((entry) => ({ ...entry, time: serviceTime(entry.time) })),
    audit: audit.map(({ name, time, phase, code }) => ({ name, time: serviceTime(time), phase, code: code ?? '' })),
    device,
    light: light && {
      outcome: light.outcome,
      shown: light.shown.map(({ color, from, until }) => ({
        color,
        from: serviceTime(from),
        until: serviceTime(until),
      })),
    },
  };
  const first = { name: 'manifest', bytes: new TextEncoder().encode(JSON.stringify(manifest)) };
  return { id, sealed: seal(sealing, id, context, [first, ...files]), video };
}
