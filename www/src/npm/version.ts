declare const __NEARFAR_VERSION__: string;

/** The version of this package, put in by the build from Cargo.toml. */
export const version: string = __NEARFAR_VERSION__;
