// Trusted Types: pages that require them load a script only from an address that one of their policies has created.

/** The policy's name in the page's `trusted-types` directive; documented in the package's README. */
const NAME = 'nearfar';

interface Policy {
  createScriptURL(address: string): string;
}

interface Factory {
  createPolicy(name: string, rules: Policy): Policy;
}

/**
 * Created once, because a page allows each name only once unless it says 'allow-duplicates'. Null without Trusted Types
 * or if the page does not allow our name.
 */
let policy: Policy | null | undefined;

function createPolicy(): Policy | null {
  const { trustedTypes } = globalThis as { trustedTypes?: Factory };
  try {
    // Never exported: only `scriptUrl` uses it, for the engine's own worker.
    return trustedTypes?.createPolicy(NAME, { createScriptURL: (address) => address }) ?? null;
  } catch {
    // If the page enforces it, no worker starts, and that error names the policy.
    return null;
  }
}

/** A script's address as the Worker constructor accepts it on this page. */
export function scriptUrl(address: string): string {
  if (policy === undefined) policy = createPolicy();
  return policy ? policy.createScriptURL(address) : address;
}
