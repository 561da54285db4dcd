// The signature of Token Authentication.

/** The keys of an account. The secret key is shown once, when the account is created. */
export interface AccountKeys {
  accessKey: string;
  secretKey: string;
}

/** Bytes in lower-case hex. */
export function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** SHA-256, in hex, of access key, secret key and timestamp. */
export async function signature({ accessKey, secretKey }: AccountKeys, timestamp: string): Promise<string> {
  const signed = new TextEncoder().encode(accessKey + secretKey + timestamp);
  return hex(await crypto.subtle.digest('SHA-256', signed));
}
