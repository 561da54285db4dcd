// What the element's attributes and properties say, and what is wrong with them.

import { CAMERA_WISHES } from '../engine/cameras.js';
import type { CaptureOptions } from '../engine/capture.js';
import { optionsError } from '../engine/errors.js';
import type { Messages } from '../i18n/i18n.js';
import type { Manners } from '../ui/host.js';
import type { Attributes } from './attributes.js';

/** The attributes, understood. */
export interface Settings extends Manners {
  service: URL;
  token: string;
  locale: string | null;
}

const THEMES = ['light', 'dark', 'auto'];

/** Hears of an attribute that makes no sense and is passed over. */
export type Warn = (message: string) => void;

function wrong(attribute: string, what: string): never {
  throw optionsError(`${attribute}: ${what}`);
}

function address(attribute: string, value: string): URL {
  let url: URL;
  try {
    url = new URL(value, document.baseURI);
  } catch {
    return wrong(attribute, `'${value}' is no address`);
  }
  return /^https?:$/.test(url.protocol) ? url : wrong(attribute, `${url.protocol} is neither https: nor http:`);
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

/** Reads attributes that nobody needs: one that makes no sense is named, and its default counts. */
class Optional {
  readonly #warn: Warn;

  constructor(warn: Warn) {
    this.#warn = warn;
  }

  flag(attribute: string, value: boolean | string | null, otherwise: boolean): boolean {
    if (value === null) return otherwise;
    if (typeof value === 'boolean') return value;
    // As in HTML, an attribute that is there says yes.
    if (value === '' || value === 'true') return true;
    return value === 'false' ? false : this.#passOver(attribute, `'${value}' is neither true nor false`, otherwise);
  }

  record(attribute: string, value: object | string | null): Record<string, unknown> | null {
    if (value === null) return null;
    let read: unknown = value;
    if (typeof value === 'string') {
      try {
        read = JSON.parse(value);
      } catch {
        // `[object Object]` is what a framework writes for an object while the element is not defined.
        return this.#passOver(
          attribute,
          `'${value}' is no JSON; set the property of this name to pass an object`,
          null,
        );
      }
    }
    const isRecord = typeof read === 'object' && read !== null && !Array.isArray(read);
    return isRecord ? (read as Record<string, unknown>) : this.#passOver(attribute, 'no object', null);
  }

  count(attribute: string, value: number | string | null): number {
    const unlimited = Number.POSITIVE_INFINITY;
    if (value === null) return unlimited;
    const number = Number(value);
    if (Number.isInteger(number) && number > 0) return number;
    return this.#passOver(attribute, `'${value}' is no count from 1 on`, unlimited);
  }

  milliseconds(attribute: string, value: unknown): number | undefined {
    if (value === undefined || (typeof value === 'number' && value > 0)) return value;
    return this.#passOver(attribute, 'load is no number of ms', undefined);
  }

  theme(value: string | null): void {
    if (value !== null && !THEMES.includes(value))
      this.#passOver('theme', `'${value}' is none of ${THEMES.join(', ')}`, null);
  }

  #passOver<Value>(attribute: string, what: string, otherwise: Value): Value {
    this.#warn(`${attribute}: ${what}`);
    return otherwise;
  }
}

function captureOptions(given: Attributes, optional: Optional): CaptureOptions {
  const { load, ...limits } = optional.record('timeouts', given.timeouts) ?? {};
  const timeoutMs = optional.milliseconds('timeouts', load);
  const thresholds = optional.record('thresholds', given.thresholds) ?? {};
  const config = { thresholds, session: limits };
  const { assetsUrl, wasmSrc, modelSrc, workerSrc, deviceId } = given;
  const camera = optional.record('constraints', given.constraints);
  return {
    config,
    constraints:
      deviceId === null ? (camera ?? undefined) : { ...(camera ?? CAMERA_WISHES), deviceId: { ideal: deviceId } },
    load: {
      assetsUrl: assetsUrl ?? undefined,
      wasmSrc: wasmSrc ?? undefined,
      modelSrc: modelSrc ?? undefined,
      workerSrc: workerSrc ?? undefined,
      timeoutMs,
    },
  };
}

/**
 * Understands the attributes. Throws a `CaptureError` `invalid_options` whose message begins with the wrong one where
 * the session is not known by them; any other that makes no sense is named to `warn`, and its default counts.
 */
export function readSettings(given: Attributes, warn: Warn): Settings {
  const optional = new Optional(warn);
  optional.theme(given.theme);
  return {
    ...session(given),
    locale: given.locale,
    messages: (optional.record('messages', given.messages) ?? {}) as Messages,
    options: captureOptions(given, optional),
    startScreen: optional.flag('start-screen', given.startScreen, true),
    resultScreen: optional.flag('result-screen', given.resultScreen, true),
    maxAttempts: optional.count('max-attempts', given.maxAttempts),
    crossDevice: optional.flag('cross-device', given.crossDevice, true),
    // The window is somebody else's.
    fillsScreen: false,
  };
}
