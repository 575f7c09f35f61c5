import { builtinModules } from 'node:module';
import { defineConfig } from 'vite';

/** The main process, the command line and the engine's worker: one build, shared chunks. */
export default defineConfig({
  publicDir: false,
  build: {
    ssr: true,
    target: 'node22',
    outDir: 'out/main',
    emptyOutDir: true,
    minify: true,
    sourcemap: true,
    rolldownOptions: {
      input: {
        main: 'src-main/main.ts',
        cli: 'src-main/cli.ts',
        'inference-worker': 'src-main/inference/worker/main.ts',
        'sync-worker': 'src-main/sync/worker/main.ts',
      },
      external: ['electron', 'better-sqlite3', 'onnxruntime-node', ...builtinModules, /^node:/],
      output: {
        format: 'es',
        entryFileNames: '[name].js',
        chunkFileNames: 'chunks/[name]-[hash].js',
      },
    },
  },
  ssr: { noExternal: true },
});
