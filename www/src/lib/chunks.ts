// Loads chunks of the page with retries, for unreliable connections.

/** Pauses before the second and the third try, ms. */
const PAUSES_MS = [1_000, 3_000];

/** Loads a chunk with up to two retries; rejects with the error of the last try. */
export async function loadChunk<T>(load: () => Promise<T>): Promise<T> {
  for (const pause of PAUSES_MS) {
    try {
      return await load();
    } catch {
      await new Promise((done) => setTimeout(done, pause));
    }
  }
  return load();
}
