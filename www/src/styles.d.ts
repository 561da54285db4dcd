// Types of CSS imports.

declare module '*.css';
