// Two loops that only multiply and add four SIMD lanes: one with relaxed SIMD's fused instruction, one with the two
// plain SIMD instructions. They show the most that relaxed SIMD can gain on this machine.

/** Independent chains: enough to keep every execution unit busy. */
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

/** The wasm module. It exports `madd` and `mul_add`, which take (rounds, value). */
export async function simdLoopsWasm() {
  const { default: binaryen } = await import('binaryen');
  const fused = loop('madd', (lane) => `(f32x4.relaxed_madd (local.get $x) (local.get $x) ${lane})`);
  const two = loop('mul_add', (lane) => `(f32x4.add (f32x4.mul (local.get $x) (local.get $x)) ${lane})`);
  const module = binaryen.parseText(`(module ${fused} ${two})`);
  module.setFeatures(binaryen.Features.SIMD128 | binaryen.Features.RelaxedSIMD);
  const bytes = module.emitBinary();
  module.dispose();
  return bytes;
}
