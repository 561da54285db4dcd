// Types of CSS imports.

declare module '*.css';
declare module '*?document';
