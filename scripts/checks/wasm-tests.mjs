// Lints the engine as wasm, and tests it in headless Chromium.

import { rustflags } from '../build/engine.mjs';
import { DENY_WARNINGS } from '../build/native.mjs';
import { run } from '../cli/run.mjs';
import { browserProgram } from '../setup/browsers.mjs';
import { buildWasmTestRunner, ensureWasmToolchain } from '../setup/wasm-toolchain.mjs';

/**
 * Lints the wasm code, with warnings as errors. Debian's wasm toolchain has no clippy, only the compiler's own lints.
 * `start`: `run` or `runInBackground` of run.mjs
 */
export async function lintWasm(start = run) {
  const toolchain = await ensureWasmToolchain();
  const clippy = toolchain.name === 'rustup';
  const lints = [clippy ? 'clippy' : 'check', '--locked', '--package', 'nearfar', '--lib', '--test', 'web_*'];
  await start(toolchain.cargo, [...lints, ...toolchain.args, ...(clippy ? DENY_WARNINGS : [])], {
    env: { ...toolchain.env, ...rustflags('simd') },
    step: 'linting the wasm',
  });
}

/** Runs the wasm tests, tests/web_*.rs: each is a test binary for one environment. */
export async function wasmTests(build, patterns) {
  const toolchain = await ensureWasmToolchain();
  const runner = await buildWasmTestRunner();
  const tests = patterns.flatMap((pattern) => ['--test', pattern]);
  await run(toolchain.cargo, ['test', '--locked', '--package', 'nearfar', ...tests, ...toolchain.args], {
    env: {
      ...toolchain.env,
      ...rustflags(build),
      CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER: runner,
      CHROMEDRIVER: browserProgram('chromedriver'),
      // Seconds for the tests of one binary, on a busy machine.
      WASM_BINDGEN_TEST_TIMEOUT: '120',
    },
  });
}
