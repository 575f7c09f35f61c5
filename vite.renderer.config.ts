import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** The window: served by the application's own app:// protocol under a strict CSP. */
export default defineConfig({
  root: 'src-renderer',
  base: './',
  publicDir: false,
  // Vite looks for the plugin's settings in its own root.
  plugins: [svelte({ configFile: '../svelte.config.js' })],
  build: {
    outDir: '../out/renderer',
    emptyOutDir: true,
    target: 'chrome140',
    // Inlined assets would need data: in the CSP.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
