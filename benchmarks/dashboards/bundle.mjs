// The page's script, in one file: node bundle.mjs SOURCE OUT
import { build } from 'esbuild';

// Packages whose CommonJS has the component under `default`: imported from an .mjs, esbuild would give all of the module.
const INSIDE = /^(react-custom-scrollbars-2)$/;
const unwrapped = {
  name: 'unwrapped',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: INSIDE }, ({ path, namespace }) =>
      namespace === 'unwrapped' ? undefined : { path, namespace: 'unwrapped' });
    onLoad({ filter: INSIDE, namespace: 'unwrapped' }, ({ path }) =>
      ({ contents: `module.exports = require('${path}').default`, resolveDir: process.cwd() }));
  },
};

const [source, out] = process.argv.slice(2);
await build({
  entryPoints: [source], outfile: out, bundle: true, minify: true, logLevel: 'error', jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"development"', global: 'window' }, plugins: [unwrapped],
  loader: { '.svg': 'text', '.css': 'text', '.woff2': 'empty', '.png': 'empty' },
});
