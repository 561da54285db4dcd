// The element used like one of React's own components: on the first render it is not defined.

import { defineElement } from 'nearfar';
import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { Liveness } from './Liveness.jsx';

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

const PAGES = {
  attributes: <ByAttributes />,
  names: <ByNames />,
  wrapper: <Liveness sessionUrl={session} locale="en" messages={{ start: 'Off we go' }} startScreen={true} />,
};
createRoot(document.querySelector('#app')).render(<StrictMode>{PAGES[query.get('page')]}</StrictMode>);
