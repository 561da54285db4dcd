declare const KEY = "nearfar-docs-theme";
/** The stored choice; null where storage is blocked. */
declare function stored(): string | null;
declare const choice: string | null;
