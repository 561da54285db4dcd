// What kept a person from being captured in time, by what they were told.

import type { InstructionCode, InstructionRecord } from '../engine/types.js';

/**
 * The instruction that was shown longest in the stage in which the time ran out, at `end`; null where none was. That all
 * was well, but not for long enough, comes out only where nothing else was said.
 */
export function hindrance(instructions: InstructionRecord[], end: number): InstructionCode | null {
  // Not at(-1): Safari has it from 15.4 on.
  const phase = instructions[instructions.length - 1]?.phase;
  const times = new Map<InstructionCode, number>();
  for (const [index, { code, time, phase: of }] of instructions.entries()) {
    if (of !== phase) continue;
    const until = instructions[index + 1]?.time ?? end;
    times.set(code, (times.get(code) ?? 0) + Math.max(0, until - time));
  }
  const unmet = [...times].filter(([code]) => code !== 'keep_still');
  const [longest] = (unmet.length > 0 ? unmet : [...times]).sort(([, a], [, b]) => b - a);
  return longest?.[0] ?? null;
}
