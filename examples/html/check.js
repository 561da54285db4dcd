const button = document.querySelector('button');
button.addEventListener('click', async () => {
  const { id, url } = await (await fetch('/api/sessions', { method: 'POST' })).json();
  const element = document.createElement('nearfar-liveness');
  element.sessionUrl = url;
  element.addEventListener('continue', async () => {
    // Your back end decides: it asks the service for the result.
    const { passed } = await (await fetch(`/api/sessions/${id}`)).json();
    element.replaceWith(passed ? 'Verified' : 'Not verified');
  });
  button.replaceWith(element);
});
