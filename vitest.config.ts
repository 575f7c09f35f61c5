import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Two cores: real SQLite, real onnxruntime and child processes are heavy enough.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'main',
          environment: 'node',
          include: ['tests/{unit,integration,property}/**/*.test.ts'],
          exclude: ['tests/unit/renderer/**'],
          globalSetup: [
            'tests/integration/electron-stand-in/obtain-chromium.ts',
            'tests/integration/inference/obtain-vulkan.ts',
          ],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins: [svelte(), svelteTesting()],
        test: {
          name: 'renderer',
          environment: 'jsdom',
          include: ['tests/unit/renderer/**/*.test.ts'],
          setupFiles: ['tests/unit/renderer/no-layout.ts'],
          testTimeout: 20_000,
        },
      },
    ],
  },
});
