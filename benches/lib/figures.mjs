// The figures of npm run bench, from what was measured.

import { SERIES } from './ratios.mjs';

const medians = (group) => Object.fromEntries(Object.entries(group).map(([name, { p50 }]) => [`${name}_ms`, p50]));

/** A series of the detection benchmark. */
function detectors(group) {
  const { relaxed_ms, simd_ms, scalar_ms, ...others } = medians(group);
  // Without a value if tasks-vision could not be compared.
  const visionMin = group.tasks_vision?.min ?? Number.NaN;
  return {
    nearfar_ms: relaxed_ms,
    nearfar_p95_ms: group.relaxed.p95,
    nearfar_simd_ms: simd_ms,
    nearfar_scalar_ms: scalar_ms,
    ...others,
    of_tasks_vision: relaxed_ms / (others.tasks_vision_ms ?? Number.NaN),
    simd_over_relaxed: simd_ms / relaxed_ms,
    by_minima: {
      of_tasks_vision: group.relaxed.min / visionMin,
      simd_over_relaxed: group.simd.min / group.relaxed.min,
    },
  };
}

/** The ratios of a detection benchmark, as they are committed. */
export function ratiosOf({ ratios, failed }) {
  const bySize = (parts) => Object.fromEntries(Object.entries(SERIES).map(([part, size]) => [size, parts[part]]));
  return { ratios: bySize(ratios), failed: bySize(failed) };
}

/** The figures as --json writes them. */
export function figuresOf({ detection, encoding, frames, thread, memory, files }) {
  const { small, full } = detection;
  const worst = (key) => Math.max(...Object.values(frames).map((times) => times[key]));
  const scripts = (name) => thread[`scripts (${name})`];
  return {
    detection: {
      ...detectors(full),
      network_input: detectors(small),
      ...ratiosOf(detection),
      mul_add_over_madd: detection.simd.mul_add.min / detection.simd.madd.min,
    },
    frame: { p50_ms: worst('p50'), p95_ms: worst('p95'), by_size: frames },
    window_thread: {
      p50_ms: scripts('default source').p50,
      p95_ms: scripts('default source').p95,
      all_tasks_p50_ms: thread['all tasks (default source)'].p50,
      video_frame_p50_ms: scripts('video_frame').p50,
      journey_p50_ms: scripts("a session's page").p50,
      journey_slowed_p50_ms: scripts('the same, slowed').p50,
    },
    jpeg: { ...medians(encoding.encoders), psnr_db: encoding.psnr, nearfar_bytes: encoding.encoders.nearfar.bytes },
    bytes: {
      wasm: files.wasm.raw,
      js: files.js.raw,
      model: files.model.raw,
      total: files.total.raw,
      total_gzip: files.total.gzip,
      total_brotli: files.total.brotli,
      by_file: files,
    },
    memory: { after_100: memory[100], after_2000: memory[2000] ?? null },
  };
}
