// Two loops that do nothing but multiply and add four lanes, one by relaxed SIMD's fused instruction and one by the two
// of plain SIMD: what relaxed SIMD can gain on this machine at best.

/** Chains that do not wait for each other: enough to keep every unit busy. */
export const CHAINS = 12;

const NAMES = Array.from({ length: CHAINS }, (_, i) => `$sum${i}`);

function loop(name, step) {
  const sum = NAMES.map((lane) => `(local.get ${lane})`).reduce((a, b) => `(f32x4.add ${a} ${b})`);
  return `
    (func (export "${name}") (param $rounds i32) (param $value f32) (result f32)
      (local $x v128) ${NAMES.map((lane) => `(local ${lane} v128)`).join(' ')}
      (local.set $x (f32x4.splat (local.get $value)))
      (loop $again
        ${NAMES.map((lane) => `(local.set ${lane} ${step(`(local.get ${lane})`)})`).join('\n        ')}
        (br_if $again (local.tee $rounds (i32.sub (local.get $rounds) (i32.const 1)))))
      (f32x4.extract_lane 0 ${sum}))`;
}

/** The module, with exports `madd` and `mul_add` of (rounds, value). */
export async function lanesWasm() {
  const { default: binaryen } = await import('binaryen');
  const fused = loop('madd', (lane) => `(f32x4.relaxed_madd (local.get $x) (local.get $x) ${lane})`);
  const two = loop('mul_add', (lane) => `(f32x4.add (f32x4.mul (local.get $x) (local.get $x)) ${lane})`);
  const module = binaryen.parseText(`(module ${fused} ${two})`);
  module.setFeatures(binaryen.Features.SIMD128 | binaryen.Features.RelaxedSIMD);
  const bytes = module.emitBinary();
  module.dispose();
  return bytes;
}
