// Loading chunks of the page over connections that break.

/** Pauses before the second try and the third, ms. */
const PAUSES_MS = [1_000, 3_000];

/** Loads a chunk, once more and again if it fails; rejects with what the last try failed with. */
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
