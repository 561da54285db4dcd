// One deployment of the service: its configuration file, its commands and its process.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { UserError } from '../../scripts/cli/run.mjs';

const READY_POLL_MS = 100;
/** The lines of the log that an error shows. */
const LOG_LINES = 20;

/** Prints a command as the operator would type it. */
export const showCommand = (text) => console.log(`  $ ${text}`);

/** Prints a result. */
export const report = (text) => console.log(`  ${text}`);

/** Ends the walk unless the condition holds. */
export function expect(condition, message) {
  if (!condition) throw new UserError(message);
}

/** This machine's environment, without what would configure a service of its own. */
export function environment(configFile) {
  const kept = Object.entries(process.env).filter(([name]) => !/^(NEARFAR_|AWS_)|^DATABASE_URL$/.test(name));
  return { ...Object.fromEntries(kept), NEARFAR_CONFIG: configFile };
}

/** The programs of `runProgram` that run now. */
const running = new Set();

/** Runs a program and returns its output. `shown`: how to print its command line; without it nothing is printed. */
export async function runProgram(program, args, { env = process.env, cwd, shown } = {}) {
  if (shown) showCommand(shown);
  const done = promisify(execFile)(program, args, { env, cwd, maxBuffer: 1 << 26 });
  running.add(done.child);
  try {
    return (await done).stdout.trim();
  } catch (error) {
    const output = [error.stdout, error.stderr].map((text) => text?.trim()).filter(Boolean);
    throw new UserError(`${shown ?? program}: ${output.join('\n') || error.message}`);
  } finally {
    running.delete(done.child);
  }
}

/** Ends the programs that run now. */
export function endPrograms() {
  for (const child of running) child.kill();
}

export class Deployment {
  #child = null;
  #folder;

  /**
   * @param {{program: string, folder: string, options: Record<string, string | number | boolean>}} from `folder`: of its
   *   configuration file and log; `options`: of docs/SERVER.md
   */
  constructor({ program, folder, options }) {
    this.program = program;
    this.#folder = folder;
    this.url = options.public_url;
    this.configure(options);
  }

  get #configFile() {
    return `${this.#folder}/nearfar.toml`;
  }

  get #log() {
    return `${this.#folder}/service.log`;
  }

  /** Writes the configuration file. It applies from the next start or command on. */
  configure(options) {
    this.options = options;
    // These JSON values are TOML too.
    const lines = Object.entries(options).map(([name, value]) => `${name} = ${JSON.stringify(value)}\n`);
    writeFileSync(this.#configFile, lines.join(''));
  }

  /** Runs `nearfar-server …`, prints the command and returns its output. */
  command(...args) {
    const shown = ['nearfar-server', ...args.map((text) => (text.includes(' ') ? `"${text}"` : text))].join(' ');
    return runProgram(this.program, args, { env: environment(this.#configFile), cwd: this.#folder, shown });
  }

  /** Starts the service and waits until it is ready. */
  async start() {
    showCommand('nearfar-server serve');
    const log = openSync(this.#log, 'a');
    const child = spawn(this.program, ['serve'], {
      cwd: this.#folder,
      env: environment(this.#configFile),
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.#child = child;
    const exited = once(child, 'close').catch(([error]) => error);
    let hasExited = false;
    exited.then(() => {
      hasExited = true;
    });
    while (!hasExited) {
      const response = await fetch(`${this.url}/health/ready`).catch(() => null);
      if (response?.ok) return;
      await new Promise((done) => setTimeout(done, READY_POLL_MS));
    }
    throw new UserError(`the service ended before it was ready:\n${this.lastLogLines()}`);
  }

  /** Stops the service gracefully. */
  async stop() {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    await closed;
  }

  /** Stops the service and starts it with these options. */
  async restart(options) {
    await this.stop();
    this.configure(options);
    await this.start();
  }

  /** The last lines of the service's log. */
  lastLogLines() {
    try {
      return readFileSync(this.#log, 'utf8').trim().split('\n').slice(-LOG_LINES).join('\n');
    } catch {
      return '(no log)';
    }
  }
}
