// Prepended to the page's worker script: records the time from receiving a frame to requesting the next, and the size
// of the engine's memory. The product itself is unchanged.

{
  const { read } = ReadableStreamDefaultReader.prototype;
  const { instantiate } = WebAssembly;
  const probe = { times: [], memory: {}, marks: [] };
  let memory = null;
  let begun = null;

  WebAssembly.instantiate = async (...parameters) => {
    const result = await instantiate(...parameters);
    const { exports } = result.instance ?? result;
    memory = Object.values(exports).find((value) => value instanceof WebAssembly.Memory);
    return result;
  };

  ReadableStreamDefaultReader.prototype.read = function () {
    if (begun !== null) {
      probe.times.push(performance.now() - begun);
      begun = null;
      const count = probe.times.length;
      if (probe.marks.includes(count)) probe.memory[count] = memory.buffer.byteLength;
    }
    const chunk = read.call(this);
    chunk.then(({ done, value }) => {
      if (done) return;
      const { width, height } = value.visibleRect;
      probe.frame = `${width}x${height} ${value.format}`;
      begun = performance.now();
    });
    return chunk;
  };

  globalThis.probe = probe;
}
