// What the element's attributes and properties say, and what is wrong with them.

import { CAMERA_WISHES, type CaptureOptions } from '../engine/capture.js';
import { optionsError } from '../engine/errors.js';
import type { Manners } from '../journey/host.js';
import type { Messages } from '../journey/words.js';
import type { Attributes } from './attributes.js';

/** The attributes, understood. */
export interface Settings extends Manners {
  service: URL;
  token: string;
  locale: string | null;
}

const THEMES = ['light', 'dark', 'auto'];

function wrong(attribute: string, what: string): never {
  throw optionsError(`${attribute}: ${what}`);
}

function address(attribute: string, value: string): URL {
  if (!URL.canParse(value, document.baseURI)) wrong(attribute, `'${value}' is no address`);
  const url = new URL(value, document.baseURI);
  return /^https?:$/.test(url.protocol) ? url : wrong(attribute, `${url.protocol} is neither https: nor http:`);
}

function flag(attribute: string, value: boolean | string | null, otherwise: boolean): boolean {
  if (value === null) return otherwise;
  if (typeof value === 'boolean') return value;
  // As in HTML, an attribute that is there says yes.
  if (value === '' || value === 'true') return true;
  return value === 'false' ? false : wrong(attribute, `'${value}' is neither true nor false`);
}

function record(attribute: string, value: object | string | null): Record<string, unknown> {
  if (value === null) return {};
  let read: unknown = value;
  if (typeof value === 'string') {
    try {
      read = JSON.parse(value);
    } catch (error) {
      wrong(attribute, (error as Error).message);
    }
  }
  const isRecord = typeof read === 'object' && read !== null && !Array.isArray(read);
  return isRecord ? (read as Record<string, unknown>) : wrong(attribute, 'no object');
}

function session({ sessionUrl, token, apiUrl }: Attributes): { service: URL; token: string } {
  if (sessionUrl !== null) {
    const url = address('session-url', sessionUrl);
    const found = url.searchParams.get('token') ?? wrong('session-url', 'there is no token in it');
    return { service: new URL('.', url), token: found };
  }
  if (token === null) return wrong('session-url', 'it is missing, and token too');
  const service = address('api-url', apiUrl ?? wrong('api-url', 'it is needed beside token'));
  if (!service.pathname.endsWith('/')) service.pathname += '/';
  return { service, token };
}

function count(attribute: string, value: number | string | null): number {
  if (value === null) return Number.POSITIVE_INFINITY;
  const number = Number(value);
  return Number.isInteger(number) && number > 0 ? number : wrong(attribute, `'${value}' is no count from 1 on`);
}

function captureOptions(given: Attributes): CaptureOptions {
  const { load: loadTimeout, ...limits } = record('timeouts', given.timeouts);
  if (loadTimeout !== undefined && !(typeof loadTimeout === 'number' && loadTimeout > 0))
    wrong('timeouts', 'load is no number of ms');
  const thresholds = record('thresholds', given.thresholds);
  const config = { thresholds, session: limits };
  const { assetsUrl, wasmSrc, modelSrc, workerSrc, deviceId } = given;
  const camera = given.constraints === null ? null : record('constraints', given.constraints);
  return {
    config,
    constraints:
      deviceId === null ? (camera ?? undefined) : { ...(camera ?? CAMERA_WISHES), deviceId: { ideal: deviceId } },
    load: {
      assetsUrl: assetsUrl ?? undefined,
      wasmSrc: wasmSrc ?? undefined,
      modelSrc: modelSrc ?? undefined,
      workerSrc: workerSrc ?? undefined,
      timeoutMs: loadTimeout as number | undefined,
    },
  };
}

/** Understands the attributes. Throws a `CaptureError` `invalid_options` whose message begins with the wrong one. */
export function readSettings(given: Attributes): Settings {
  if (given.theme !== null && !THEMES.includes(given.theme))
    wrong('theme', `'${given.theme}' is none of ${THEMES.join(', ')}`);
  return {
    ...session(given),
    locale: given.locale,
    messages: record('messages', given.messages) as Messages,
    options: captureOptions(given),
    startScreen: flag('start-screen', given.startScreen, true),
    resultScreen: flag('result-screen', given.resultScreen, true),
    maxAttempts: count('max-attempts', given.maxAttempts),
    crossDevice: flag('cross-device', given.crossDevice, true),
    // The window is somebody else's.
    fillsScreen: false,
  };
}
