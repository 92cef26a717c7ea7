import preact from '@preact/preset-vite'
import { defineConfig } from 'vite'

/** The page is built into the service's package, so that the wheel and the image carry it. */
export default defineConfig({
  base: './',
  plugins: [preact()],
  build: {
    outDir: '../backend/src/kinemotion_backend/static',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0, // the content security policy allows no data: scripts
    sourcemap: false,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080', '/health': 'http://127.0.0.1:8080' } },
})
