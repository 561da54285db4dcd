'use client';
// <Liveness>: <nearfar-liveness> as a component of React 18 and 19. Its types are in react.d.ts.

import { createElement, forwardRef, useEffect, useImperativeHandle, useLayoutEffect, useRef } from 'react';
import { ATTRIBUTE_NAMES, connect, EVENT_NAMES, setProperties } from './dist/frameworks.js';

/** The callback of an event: `onCameraChange` of `camera-change`. */
const callbackOf = (name) => `on-${name}`.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase());

const OWN_PROPS = new Set([...ATTRIBUTE_NAMES, ...EVENT_NAMES.map(callbackOf)]);

// On a server React 18 warns about layout effects.
const useElementEffect = typeof document === 'undefined' ? useEffect : useLayoutEffect;

export const Liveness = forwardRef(function Liveness({ className, ...props }, ref) {
  const element = useRef(null);
  const current = useRef(props);
  useImperativeHandle(ref, () => element.current, []);
  // Layout effects run in the task that inserts the element, so it begins with all its properties. As attributes, which
  // React writes while the element is not defined, objects would become texts.
  useElementEffect(() => {
    current.current = props;
    setProperties(element.current, props);
  });
  useElementEffect(() => connect(element.current, (name, detail) => current.current[callbackOf(name)]?.(detail)), []);
  const others = Object.entries(props).filter(([name]) => !OWN_PROPS.has(name));
  // React 18 knows no `className` on custom elements.
  return createElement('nearfar-liveness', { ...Object.fromEntries(others), class: className, ref: element });
});
