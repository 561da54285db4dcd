// The address of a session: in one URL, or as its token and the address of the hosted page.

import { optionsError } from '../engine/errors.js';

/** `sessionUrl`, or both others. */
export interface SessionAddress {
  sessionUrl?: string | URL | null | undefined;
  token?: string | null | undefined;
  apiUrl?: string | URL | null | undefined;
}

function invalid(option: string, what: string): never {
  throw optionsError(`${option}: ${what}`);
}

/** An http or https address. Throws a `CaptureError` `invalid_options` whose message begins with the option. */
export function parseHttpUrl(option: string, value: string | URL): URL {
  let url: URL;
  try {
    url = new URL(value, document.baseURI);
  } catch {
    return invalid(option, `'${value}' is not a URL`);
  }
  return /^https?:$/.test(url.protocol) ? url : invalid(option, `${url.protocol} is neither https: nor http:`);
}

/** The folder of the hosted page, and the token. Throws as `parseHttpUrl`; `name` is an option's name in messages. */
export function parseSessionAddress(
  { sessionUrl, token, apiUrl }: SessionAddress,
  name: (option: keyof SessionAddress) => string,
): { service: URL; token: string } {
  if (sessionUrl != null) {
    const url = parseHttpUrl(name('sessionUrl'), sessionUrl);
    const found = url.searchParams.get('token') ?? invalid(name('sessionUrl'), 'it contains no token');
    return { service: new URL('.', url), token: found };
  }
  if (token == null) return invalid(name('sessionUrl'), `either it or ${name('token')} is required`);
  const given = apiUrl ?? invalid(name('apiUrl'), `it is required with ${name('token')}`);
  const service = parseHttpUrl(name('apiUrl'), given);
  if (!service.pathname.endsWith('/')) service.pathname += '/';
  return { service, token };
}
