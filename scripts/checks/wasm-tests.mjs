// The engine as wasm: linted, and tested in headless Chromium.

import { rustflags } from '../build/engine.mjs';
import { run } from '../cli/run.mjs';
import { program } from '../setup/browsers.mjs';
import { wasmTestRunner, wasmToolchain } from '../setup/wasm-toolchain.mjs';
import { DENY_WARNINGS } from './native.mjs';

/**
 * Warnings are errors in the wasm code too. Debian's toolchain for wasm has no clippy, only the compiler's own.
 * `start`: `run` or `runBehind` of run.mjs
 */
export async function lintWasm(start = run) {
  const toolchain = await wasmToolchain();
  const clippy = toolchain.name === 'rustup';
  const lints = [clippy ? 'clippy' : 'check', '--locked', '--package', 'nearfar', '--lib', '--test', 'web_*'];
  await start(toolchain.cargo, [...lints, ...toolchain.args, ...(clippy ? DENY_WARNINGS : [])], {
    env: { ...toolchain.env, ...rustflags('simd') },
    step: 'linting the wasm',
  });
}

/** The wasm tests, tests/web_*.rs, each a test binary for one environment. */
export async function wasmTests(build, patterns) {
  const toolchain = await wasmToolchain();
  const runner = await wasmTestRunner();
  const tests = patterns.flatMap((pattern) => ['--test', pattern]);
  await run(toolchain.cargo, ['test', '--locked', '--package', 'nearfar', ...tests, ...toolchain.args], {
    env: {
      ...toolchain.env,
      ...rustflags(build),
      CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER: runner,
      CHROMEDRIVER: program('chromedriver'),
      // Seconds for a program's tests, beside everything else that runs.
      WASM_BINDGEN_TEST_TIMEOUT: '120',
    },
  });
}
