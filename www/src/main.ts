import assets from '../../pkg/assets.json';

const { default: init } = await import('../../pkg/scalar/nearfar.js');
const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
worker.postMessage(assets.builds.scalar.url);
await init({ module_or_path: await fetch(assets.builds.scalar.url) });
document.body.dataset.state = 'loaded';
