import { defineElement } from 'nearfar';
import { useEffect, useRef } from 'react';

/** The whole check. `sessionUrl` is what your back end got from Get Token; `onComplete` hears how an attempt ended. */
export function Liveness({ sessionUrl, onComplete, onError, ...attributes }) {
  const element = useRef(null);
  useEffect(() => {
    defineElement();
  }, []);
  useEffect(() => {
    const { current } = element;
    const ended = new AbortController();
    const { signal } = ended;
    current.addEventListener('complete', ({ detail }) => onComplete?.(detail), { signal });
    current.addEventListener('error', ({ detail }) => onError?.(detail), { signal });
    return () => ended.abort();
  }, [onComplete, onError]);
  return <nearfar-liveness ref={element} session-url={sessionUrl} {...attributes} />;
}
