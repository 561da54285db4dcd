// Finds the instruction that kept a person from finishing in time.

import type { InstructionCode, InstructionRecord, Phase } from '../engine/types.js';

/** The phase of the last instruction; null without instructions. */
export function lastPhase(instructions: InstructionRecord[]): Phase | null {
  // Not at(-1): Safari supports it from 15.4.
  return instructions[instructions.length - 1]?.phase ?? null;
}

/**
 * The instruction shown longest in the phase in which the time ran out, at `end`; null without instructions. "Keep
 * still" means that everything else was right, so it is returned only if there was no other instruction.
 */
export function longestUnmetInstruction(instructions: InstructionRecord[], end: number): InstructionCode | null {
  const last = lastPhase(instructions);
  const durations = new Map<InstructionCode, number>();
  for (const [index, { code, time, phase }] of instructions.entries()) {
    if (phase !== last) continue;
    const until = instructions[index + 1]?.time ?? end;
    durations.set(code, (durations.get(code) ?? 0) + Math.max(0, until - time));
  }
  const unmet = [...durations].filter(([code]) => code !== 'keep_still');
  const [longest] = (unmet.length > 0 ? unmet : [...durations]).sort(([, a], [, b]) => b - a);
  return longest?.[0] ?? null;
}
