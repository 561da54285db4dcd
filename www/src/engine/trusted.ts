// Trusted Types: pages that demand them let a script be loaded only by an address that a policy of theirs has passed.

/** The name by which a page's `trusted-types` directive allows the policy; documented in the package's README. */
const NAME = 'nearfar';

interface Policy {
  createScriptURL(address: string): string;
}

interface Factory {
  createPolicy(name: string, rules: Policy): Policy;
}

/**
 * Made once, since a page allows a name only once unless it says 'allow-duplicates'; null where there are none, or the
 * page does not allow ours.
 */
let policy: Policy | null | undefined;

function made(): Policy | null {
  const { trustedTypes } = globalThis as { trustedTypes?: Factory };
  try {
    // Never handed out: it passes the engine's own worker alone, and that by `scriptAddress`.
    return trustedTypes?.createPolicy(NAME, { createScriptURL: (address) => address }) ?? null;
  } catch (error) {
    console.warn(`nearfar: there is no Trusted Types policy "${NAME}": ${String(error)}`);
    return null;
  }
}

/** An address as the constructors of workers take it here. */
export function scriptAddress(address: string): string {
  if (policy === undefined) policy = made();
  return policy ? policy.createScriptURL(address) : address;
}
