'use client';
import { Liveness } from 'nearfar/react';
import { useState } from 'react';

const call = async (path: string, options?: RequestInit) => (await fetch(path, options)).json();

export default function Page() {
  const [session, setSession] = useState<{ id: string; url: string }>();
  const [passed, setPassed] = useState<boolean>();
  const start = async () => setSession(await call('/api/sessions', { method: 'POST' }));
  // Your back end decides: it asks the service for the result.
  const finish = async () => setPassed((await call(`/api/sessions/${session?.id}`)).passed);

  if (passed !== undefined) return <p>{passed ? 'Verified' : 'Not verified'}</p>;
  if (session) return <Liveness sessionUrl={session.url} onContinue={finish} />;
  return (
    <button type="button" onClick={start}>
      Verify me
    </button>
  );
}
