import type { CaptureOptions, SourceName } from './engine/capture.js';
import type { Build } from './engine/loader.js';

/**
 * What the page's address can set: `source`, `build`, `config` and `constraints` (JSON), `load-timeout-ms`,
 * `autostart=1`.
 */
export function readOptions(query: URLSearchParams): { options: CaptureOptions; autostart: boolean } {
  const json = (name: string) => {
    const text = query.get(name);
    return text === null ? undefined : JSON.parse(text);
  };
  const timeout = query.get('load-timeout-ms');
  return {
    autostart: query.get('autostart') === '1',
    options: {
      source: (query.get('source') ?? undefined) as SourceName | undefined,
      constraints: json('constraints'),
      config: json('config'),
      load: {
        build: (query.get('build') ?? undefined) as Build | undefined,
        timeoutMs: timeout === null ? undefined : Number(timeout),
      },
    },
  };
}
