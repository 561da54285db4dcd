import { createRoot } from 'react-dom/client';
import { Liveness } from './Liveness.jsx';

const query = new URLSearchParams(location.search);
globalThis.events = [];
const record = (name) => (detail) => globalThis.events.push({ name, ...detail });
createRoot(document.querySelector('#app')).render(
  <Liveness
    sessionUrl={query.get('session')}
    constraints={query.get('constraints')}
    locale="en"
    onComplete={record('complete')}
    onError={record('error')}
  />,
);
