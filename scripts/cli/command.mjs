// Parses the command lines of the npm commands: options, --help and one-line errors.
//
// It uses Node's own parseArgs, since a new clone has no npm packages yet.

import { parseArgs } from 'node:util';
import { UserError } from './run.mjs';

const WIDTH = 24;

/**
 * @typedef {object} Option
 * @property {string} help what the option does
 * @property {string} [value] the placeholder of its value in the help, such as `FILE`; without it the option is a flag
 * @property {string} [default] the default value
 * @property {boolean} [required] whether the command needs it
 */

/**
 * @typedef {object} Command
 * @property {string} name the command to type: `npm run demo`
 * @property {string} summary what the command does, in a sentence
 * @property {Record<string, Option>} [options]
 * @property {{name: string, help: string}} [positionals] arguments other than options, any number
 * @property {[string, string][]} [environment] the environment variables that it reads, each with its help
 */

/** The usage line: `npm run demo -- --video FILE [--seconds N]`. */
function usage({ name, options = {}, positionals }) {
  const parts = Object.entries(options).map(([option, { value, required }]) => {
    const part = value ? `--${option} ${value}` : `--${option}`;
    return required ? part : `[${part}]`;
  });
  if (positionals) parts.unshift(`[${positionals.name}…]`);
  return [name, ...(name.startsWith('npm ') && parts.length > 0 ? ['--'] : []), ...parts].join(' ');
}

function row(term, text) {
  const indented = `  ${term}`;
  return indented.length < WIDTH ? `${indented.padEnd(WIDTH)}${text}` : `${indented}\n${' '.repeat(WIDTH)}${text}`;
}

/** The text of `--help`. */
export function help(command) {
  const { summary, options = {}, positionals, environment = [] } = command;
  const rows = Object.entries(options).map(([option, { value, help, default: usual }]) =>
    row(value ? `--${option} ${value}` : `--${option}`, usual === undefined ? help : `${help} [default: ${usual}]`),
  );
  const parts = [
    summary,
    `Usage: ${usage(command)}`,
    ...(positionals ? [`Arguments:\n${row(`${positionals.name}…`, positionals.help)}`] : []),
    `Options:\n${[...rows, row('--help', 'Prints this help')].join('\n')}`,
    ...(environment.length > 0
      ? [`Environment:\n${environment.map(([name, text]) => row(name, text)).join('\n')}`]
      : []),
  ];
  return parts.join('\n\n');
}

/** The first sentence of Node's message: the rest is advice for programmers. */
function firstSentence({ message }) {
  return message.split(/\. |\n/)[0].replace(/\.$/, '');
}

/**
 * Parses a command line. `--help` prints the help and exits with status 0, before anything is installed or built.
 * @param {Command} command
 * @param {string[]} [args] the command line after the command's name
 * @returns {{values: Record<string, string | boolean | undefined>, positionals: string[]}}
 * @throws {UserError} for an unknown option, an option without its value or with an unexpected one, or a missing option
 */
export function readArguments(command, args = process.argv.slice(2)) {
  const { options = {}, positionals } = command;
  const known = Object.entries(options).map(([name, { value, default: usual }]) => {
    const type = value ? 'string' : 'boolean';
    return [name, { type, ...(usual === undefined ? {} : { default: usual }) }];
  });
  const refuse = (why) => new UserError(`${why}. Usage: ${usage(command)}`);
  let read;
  try {
    read = parseArgs({
      args,
      options: { ...Object.fromEntries(known), help: { type: 'boolean', short: 'h' } },
      allowPositionals: positionals !== undefined,
    });
  } catch (error) {
    if (!error.code?.startsWith('ERR_PARSE_ARGS_')) throw error;
    throw refuse(firstSentence(error));
  }
  if (read.values.help) {
    console.log(help(command));
    process.exit(0);
  }
  const missing = Object.keys(options).filter((name) => options[name].required && read.values[name] === undefined);
  if (missing.length > 0) throw refuse(`missing: ${missing.map((name) => `--${name}`).join(', ')}`);
  return read;
}

/** The help options of the commands and of the programs that they start. */
export const HELP = ['--help', '-h'];

/**
 * Parses the value of an option as a whole number.
 * @throws {UserError} if it is not one, or out of range
 */
export function wholeNumber(name, text, { least = 0, most = Number.MAX_SAFE_INTEGER } = {}) {
  const number = Number(text);
  if (text.trim() === '' || !Number.isInteger(number) || number < least || number > most) {
    const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new UserError(`--${name} must be a whole number ${range}, not "${text}"`);
  }
  return number;
}
