// Capture options in the page's address.

import type { CaptureOptions } from './camera-capture.js';
import type { Build } from './load-options.js';
import type { SourceName } from './types.js';

const BUILDS: readonly Build[] = ['relaxed', 'simd', 'scalar'];

/**
 * Reads `source`, `build`, `config` and `constraints` (JSON), `load-timeout-ms` and `autostart=1` from the query.
 * Throws a `RangeError` that names the first invalid one.
 */
export function readOptions(query: URLSearchParams): { options: CaptureOptions; autostart: boolean } {
  const json = (name: string) => {
    const text = query.get(name);
    if (text === null) return undefined;
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new RangeError(`${name}: ${(error as Error).message}`);
    }
  };
  const oneOf = <T extends string>(name: string, values: readonly T[]): T | undefined => {
    const text = query.get(name);
    if (text === null) return undefined;
    const known = values.find((value) => value === text);
    if (known === undefined) throw new RangeError(`${name}: '${text}' is not one of ${values.join(', ')}`);
    return known;
  };
  const timeout = query.get('load-timeout-ms');
  if (timeout !== null && !(Number(timeout) > 0))
    throw new RangeError(`load-timeout-ms: '${timeout}' is not a positive number`);
  return {
    autostart: query.get('autostart') === '1',
    options: {
      source: (query.get('source') ?? undefined) as SourceName | undefined,
      constraints: json('constraints'),
      config: json('config'),
      load: {
        build: oneOf('build', BUILDS),
        timeoutMs: timeout === null ? undefined : Number(timeout),
      },
    },
  };
}
