// Validates the attributes and properties of the element.

import type { CaptureOptions } from '../engine/camera-capture.js';
import { DEFAULT_CONSTRAINTS } from '../engine/cameras.js';
import type { Messages } from '../i18n/i18n.js';
import type { HostOptions } from '../ui/host.js';
import { type Attributes, attributeOf } from './attributes.js';
import { parseHttpUrl, parseSessionAddress } from './session-address.js';

/** The validated attributes. */
export interface Settings extends HostOptions {
  service: URL;
  token: string;
  locale: string | null;
}

const THEMES = ['light', 'dark', 'auto'];

/** Receives a message for each invalid attribute that is ignored. */
export type Warn = (message: string) => void;

/** Reads optional attributes: for an invalid one it warns and returns the default. */
class OptionalAttributes {
  readonly #warn: Warn;

  constructor(warn: Warn) {
    this.#warn = warn;
  }

  flag(attribute: string, value: boolean | string | null, fallback: boolean): boolean {
    if (value === null) return fallback;
    if (typeof value === 'boolean') return value;
    // As in HTML, a present attribute means true.
    if (value === '' || value === 'true') return true;
    return value === 'false' ? false : this.#ignore(attribute, `'${value}' is neither true nor false`, fallback);
  }

  record(attribute: string, value: object | string | null): Record<string, unknown> | null {
    if (value === null) return null;
    let read: unknown = value;
    if (typeof value === 'string') {
      try {
        read = JSON.parse(value);
      } catch {
        // A framework writes `[object Object]` for an object while the element is not defined.
        return this.#ignore(attribute, `'${value}' is not JSON; set the property of this name to pass an object`, null);
      }
    }
    const isRecord = typeof read === 'object' && read !== null && !Array.isArray(read);
    return isRecord ? (read as Record<string, unknown>) : this.#ignore(attribute, 'it is not an object', null);
  }

  count(attribute: string, value: number | string | null): number {
    const unlimited = Number.POSITIVE_INFINITY;
    if (value === null) return unlimited;
    const number = Number(value);
    if (Number.isInteger(number) && number > 0) return number;
    return this.#ignore(attribute, `'${value}' is not a positive integer`, unlimited);
  }

  milliseconds(attribute: string, value: unknown): number | undefined {
    if (value === undefined || (typeof value === 'number' && value > 0)) return value;
    return this.#ignore(attribute, 'load is not a positive number', undefined);
  }

  link(attribute: string, value: string | null): string | null {
    if (value === null) return null;
    try {
      return parseHttpUrl(attribute, value).href;
    } catch (error) {
      this.#warn((error as Error).message);
      return null;
    }
  }

  theme(value: string | null): void {
    if (value !== null && !THEMES.includes(value))
      this.#ignore('theme', `'${value}' is not one of ${THEMES.join(', ')}`, null);
  }

  #ignore<Value>(attribute: string, what: string, fallback: Value): Value {
    this.#warn(`${attribute}: ${what}`);
    return fallback;
  }
}

function captureOptions(attributes: Attributes, optional: OptionalAttributes): CaptureOptions {
  const { load, ...limits } = optional.record('timeouts', attributes.timeouts) ?? {};
  const timeoutMs = optional.milliseconds('timeouts', load);
  const thresholds = optional.record('thresholds', attributes.thresholds) ?? {};
  const config = { thresholds, session: limits };
  const { assetsUrl, wasmSrc, modelSrc, workerSrc, deviceId } = attributes;
  const camera = optional.record('constraints', attributes.constraints);
  return {
    config,
    constraints:
      deviceId === null ? (camera ?? undefined) : { ...(camera ?? DEFAULT_CONSTRAINTS), deviceId: { ideal: deviceId } },
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
 * Validates the attributes. Without a valid session it throws a `CaptureError` `invalid_options` whose message begins
 * with the invalid attribute. For any other invalid attribute it calls `warn` and uses the default.
 */
export function readSettings(attributes: Attributes, warn: Warn): Settings {
  const optional = new OptionalAttributes(warn);
  optional.theme(attributes.theme);
  return {
    ...parseSessionAddress(attributes, attributeOf),
    locale: attributes.locale,
    messages: (optional.record('messages', attributes.messages) ?? {}) as Messages,
    capture: captureOptions(attributes, optional),
    startScreen: optional.flag('start-screen', attributes.startScreen, true),
    resultScreen: optional.flag('result-screen', attributes.resultScreen, true),
    maxAttempts: optional.count('max-attempts', attributes.maxAttempts),
    crossDevice: optional.flag('cross-device', attributes.crossDevice, true),
    privacyUrl: optional.link('privacy-url', attributes.privacyUrl),
    // The window belongs to the integrator.
    fullscreen: false,
  };
}
