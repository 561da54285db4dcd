// The element in React: as a tag, which is not defined on the first render, and as the component, rendered here or on a
// server.

import { defineElement } from 'nearfar';
import { StrictMode, useEffect, useState } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { Component } from './component.jsx';

const query = new URLSearchParams(location.search);
const session = query.get('session');

function ByAttributes() {
  const [start, setStart] = useState('Off we go');
  useEffect(() => {
    defineElement();
  }, []);
  return (
    <>
      <button type="button" onClick={() => setStart('Here we go')}>
        other words
      </button>
      <nearfar-liveness session-url={session} locale="en" messages={{ start }} />
    </>
  );
}

function ByNames() {
  useEffect(() => {
    defineElement();
  }, []);
  return <nearfar-liveness sessionUrl={session} locale="en" />;
}

globalThis.ready = [];
globalThis.errors = [];
const listeners = {
  onReady: (event) => globalThis.ready.push(event),
  onError: (failure) => globalThis.errors.push(failure),
};
const PAGES = {
  attributes: <ByAttributes />,
  names: <ByNames />,
  component: <Component session={session} {...listeners} />,
};
const app = document.querySelector('#app');
const page = <StrictMode>{PAGES[query.get('page')]}</StrictMode>;
const html = query.get('html');
if (html) {
  app.innerHTML = html;
  hydrateRoot(app, page);
} else createRoot(app).render(page);
