// Goes in front of the page's worker script: notes when the worker gets a frame and when it asks for the next, and how
// large the engine's memory is by then. The product itself stays as it is.

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
