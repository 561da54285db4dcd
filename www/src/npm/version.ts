// The package's version.

declare const __NEARFAR_VERSION__: string;

/** The version of this package; the build inserts it from Cargo.toml. */
export const version: string = __NEARFAR_VERSION__;
