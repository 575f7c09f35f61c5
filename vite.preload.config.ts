import { defineConfig } from 'vite';

/** A sandboxed preload may only be one CommonJS file. */
export default defineConfig({
  publicDir: false,
  build: {
    ssr: true,
    target: 'chrome140',
    outDir: 'out/preload',
    emptyOutDir: true,
    minify: true,
    rolldownOptions: {
      input: 'src-main/preload.ts',
      external: ['electron'],
      output: { format: 'cjs', entryFileNames: 'preload.cjs', codeSplitting: false },
    },
  },
  ssr: { noExternal: true },
});
