// More time for an attempt: longer limits, wider tolerances and a larger oval.

import type { CaptureConfig, Oval } from '../engine/types.js';

/** What a setting is multiplied with, its default and its range: as in docs/SESSION.md, which a test compares. */
export const RELAXED = {
  'session.stageLimit': { factor: 10, base: 20_000, min: 3_000, max: 300_000 },
  'session.sessionLimit': { factor: 10, base: 120_000, min: 5_000, max: 900_000 },
  'session.faceLost': { factor: 3, base: 1_000, min: 200, max: 5_000 },
  // The scorer accepts a fifth beyond the page's limits, since it measures stills: half of that is left for it.
  'thresholds.far.minSize': { factor: 0.9, base: 0.22, min: 0.1, max: 0.95 },
  'thresholds.far.maxSize': { factor: 1, base: 0.36, min: 0.1, max: 0.95 },
  'thresholds.far.maxOffset': { factor: 1.1, base: 0.12, min: 0.02, max: 0.5 },
  'thresholds.near.minSize': { factor: 1, base: 0.56, min: 0.1, max: 0.95 },
  'thresholds.near.maxSize': { factor: 1.08, base: 0.74, min: 0.1, max: 0.95 },
  'thresholds.near.maxOffset': { factor: 1.1, base: 0.13, min: 0.02, max: 0.5 },
  'thresholds.maxYaw': { factor: 1.1, base: 18, min: 3, max: 60 },
  'thresholds.maxPitch': { factor: 1.1, base: 20, min: 3, max: 60 },
  'thresholds.maxRoll': { factor: 1.1, base: 18, min: 3, max: 60 },
  'thresholds.maxSpeed': { factor: 1.7, base: 0.6, min: 0.05, max: 10 },
} as const;

/** The drawn oval is this much larger around the same place. A face that fills it is within the tolerances. */
const OVAL_FACTOR = 1.12;
/** The largest share of the picture's sides that an oval may take, as in the engine. */
const MAX_OVAL_SHARE = 0.96;

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

/** The configuration with longer limits and wider tolerances than those of `config`, or than the defaults. */
export function relaxedConfig(config: CaptureConfig | Json | undefined): CaptureConfig {
  if (config !== undefined && !isObject(config)) return config;
  const relaxed: Json = JSON.parse(JSON.stringify(config ?? {}));
  for (const [path, { factor, base, min, max }] of Object.entries(RELAXED)) {
    const names = path.split('.');
    const last = names.pop() as string;
    let parent = relaxed;
    for (const name of names) {
      if (!isObject(parent[name])) parent[name] = {};
      parent = parent[name] as Json;
    }
    const given = parent[last] ?? base;
    // An invalid value is left to the engine, which names it.
    const isValid = typeof given === 'number' && given >= min && given <= max;
    parent[last] = isValid ? Math.max(min, Math.min(max, given * factor)) : given;
  }
  return relaxed as CaptureConfig;
}

/** Enlarges an oval in a video of this size, around its centre. */
export function enlarge(
  oval: Oval,
  { clientWidth, clientHeight }: { clientWidth: number; clientHeight: number },
): void {
  const room = (side: number, length: number, start: number) =>
    (2 * Math.min(start + length / 2, side - start - length / 2) - (1 - MAX_OVAL_SHARE) * side) / length;
  const least = Math.min(room(clientWidth, oval.width, oval.x), room(clientHeight, oval.height, oval.y));
  const factor = Math.max(1, Math.min(OVAL_FACTOR, least));
  oval.x -= (oval.width * (factor - 1)) / 2;
  oval.y -= (oval.height * (factor - 1)) / 2;
  oval.width *= factor;
  oval.height *= factor;
}
