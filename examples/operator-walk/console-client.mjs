// An operator in the console without a browser: cookies, forms and the second factor.

import { TOTP_STEP_MS, totpCode } from '../../tests/testkit/service/totp.mjs';
import { expect } from './deployment.mjs';

/** The value of a hidden field of a page. */
function hiddenField(html, name) {
  const [, value] = new RegExp(`<input type="hidden" name="${name}" value="([^"]*)">`).exec(html) ?? [];
  expect(value, `the page has no field ${name}`);
  return value;
}

export class ConsoleClient {
  #origin;
  #cookies = new Map();

  /** @param {string} origin the console's address */
  constructor(origin) {
    this.#origin = origin;
  }

  async #request(path, options = {}) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    // Browsers send the origin of the page with each form.
    const headers = { Cookie: cookie, ...(options.method === 'POST' ? { Origin: this.#origin } : {}) };
    const response = await fetch(new URL(path, this.#origin), { ...options, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }

  /** Opens a page or a picture. */
  get(path) {
    return this.#request(path);
  }

  /** Opens a page and returns its text. Ends the walk unless its status is 200. */
  async page(path) {
    const response = await this.#request(path);
    expect(response.status === 200, `${path}: HTTP ${response.status}`);
    return response.text();
  }

  /** Sends a form of a page that was opened. Returns the response. */
  submit(path, page, fields) {
    const body = new URLSearchParams({ csrf: hiddenField(page, 'csrf'), ...fields });
    return this.#request(path, { method: 'POST', body });
  }

  /**
   * Sets an operator up by the link of `nearfar-server operator add`, and signs in.
   * @param {{setUp: string, name: string, password: string}} operator
   */
  async setUpAndSignIn({ setUp, name, password }) {
    const page = await this.page(setUp);
    const [, key] = /Key: <code>([A-Z2-7 ]+)<\/code>/.exec(page) ?? [];
    expect(key, 'the page of the set-up link has no key for the authenticator app');
    const time = Date.now();
    const chosen = { setup: hiddenField(page, 'setup'), password, repeated: password, code: totpCode(key, time) };
    const done = await this.submit('/console/set-up', page, chosen);
    expect((await done.text()).includes('Your account is ready'), `set-up of ${name}: HTTP ${done.status}`);
    // A code counts once: the next one is valid a step early.
    const answer = { name, password, code: totpCode(key, time + TOTP_STEP_MS) };
    const signedIn = await this.submit('/console/sign-in', await this.page('/console/sign-in'), answer);
    expect(signedIn.status === 303, `sign-in of ${name}: HTTP ${signedIn.status}`);
  }
}
