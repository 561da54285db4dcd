import { createCapture } from 'nearfar';

const [video, hint, button] = ['video', 'p', 'button'].map((name) => document.querySelector(name));
const texts = { no_face: 'Show your face', too_far: 'Come closer', too_near: 'Move back', keep_still: 'Keep still' };
// Your back end gets the session's address from Get Token, and passes it to this page.
const sessionUrl = new URLSearchParams(location.search).get('session');

const capture = await createCapture({
  ...{ video, sessionUrl },
  onProgress({ kind, share, seconds }) {
    if (kind === 'uploading') hint.textContent = `Sending: ${Math.round(100 * share)} %`;
    if (kind === 'waiting') hint.textContent = `No connection. Trying again in ${seconds} s.`;
    if (kind === 'judging') hint.textContent = 'Checking your pictures';
  },
});

button.onclick = async () => {
  button.hidden = true;
  try {
    capture.retry().catch(() => undefined);
    for await (const { code } of capture) hint.textContent = texts[code] ?? 'Look straight at the camera';
    await capture.submit();
    const { passed, over } = await capture.verdict();
    hint.textContent = passed ? 'You’re all set' : 'That didn’t work';
    button.hidden = over;
  } catch (error) {
    hint.textContent = error.message;
    button.hidden = !error.recoverable;
  }
};
