// One attempt as it is sent: the manifest first, then the pictures that it names; the video follows by itself.

import type { AuditFrame, InstructionRecord, Oval } from '../engine/events.js';
import type { DeviceFacts } from './device.js';
import type { Photo } from './photos.js';

/** What was captured. */
export interface Pictures {
  cameraType: 'WEB_CAMERA' | 'SYSTEM_CAMERA';
  far: Photo;
  near: Photo;
  audit: AuditFrame[];
  instructions: InstructionRecord[];
  video: Blob | null;
}

/** What the manifest tells besides the capture's own result. */
export interface Circumstances {
  nonce: string;
  /** Where the ovals were, CSS px of the video. */
  ovals: { far: Oval; near: Oval };
  /** The part of the screen that showed the camera, CSS px. */
  viewport: { width: number; height: number };
  /** What the server's clock is ahead of this device's, ms. */
  clockOffset: number;
  device: DeviceFacts;
}

/** What is sent. */
export interface Attempt {
  id: string;
  /** The manifest and the pictures. */
  form: FormData;
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

/** Packs what was captured. The manifest binds the video, but what it is judged by does not wait for it. */
export async function packAttempt(
  id: string,
  result: Pictures,
  { nonce, ovals, viewport, clockOffset, device }: Circumstances,
): Promise<Attempt> {
  const at = (time: number) => Math.round(time + clockOffset);
  const audit = result.audit.map((frame, index) => ({ name: `audit-${index}`, ...frame }));
  const pictures = [{ name: 'far', ...result.far }, { name: 'near', ...result.near }, ...audit];
  const { video } = result;
  const files = pictures.map(({ name, jpeg }) => ({ name, blob: new Blob([jpeg], { type: 'image/jpeg' }) }));
  const named = video ? [...files, { name: 'video', blob: video }] : files;
  const facts = named.map(async ({ name, blob }) => {
    const bytes = new Uint8Array(await blob.arrayBuffer());
    return { name, sha256: await sha256(bytes), bytes: bytes.length };
  });
  const manifest = {
    nonce,
    files: await Promise.all(facts),
    farImageTime: at(result.far.time),
    nearImageTime: at(result.near.time),
    cameraType: result.cameraType,
    ovals,
    viewport,
    instructions: result.instructions.map((entry) => ({ ...entry, time: at(entry.time) })),
    audit: audit.map(({ name, time, phase, code }) => ({ name, time: at(time), phase, code: code ?? '' })),
    device,
  };
  const form = new FormData();
  form.append('manifest', new Blob([JSON.stringify(manifest)], { type: 'application/json' }));
  for (const { name, blob } of files) form.append(name, blob, name);
  return { id, form, video };
}
