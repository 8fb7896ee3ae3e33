// The page's script, in one file: node bundle.mjs SOURCE OUT
import { build } from 'esbuild';
const [source, out] = process.argv.slice(2);
await build({
  entryPoints: [source], outfile: out, bundle: true, minify: true, logLevel: 'error', jsx: 'automatic',
  nodePaths: ['node_modules'], define: { 'process.env.NODE_ENV': '"production"', global: 'window' },
  loader: { '.svg': 'text', '.css': 'empty', '.woff2': 'empty', '.png': 'empty' },
});
