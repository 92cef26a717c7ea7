import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

import preact from '@preact/preset-vite'
import { defineConfig, type Plugin } from 'vite'

const RUNTIME = 'node_modules/@litertjs/core/wasm'
const MODELS = '../kinemotion-cli/src/kinemotion/pose/models'
const OUT = '../backend/src/kinemotion_backend/static'
/** What pose estimation in the browser loads; a browser takes one of the two runtimes. */
const POSE_FILES = [
  ...['internal', 'compat_internal'].flatMap((kind) => ['js', 'wasm'].map((type) => `${RUNTIME}/litert_wasm_${kind}.${type}`)),
  ...['pose_detector.tflite', 'pose_landmarks_lite.tflite', 'pose_landmarks_full.tflite', 'LICENSE'].map((name) => `${MODELS}/${name}`),
]

/** The folder of the pose files, named after their content: browsers keep them until they change. */
function namePoseFolder(): string {
  const hash = createHash('sha256')
  for (const file of POSE_FILES) hash.update(readFileSync(file))
  return `assets/pose-${hash.digest('hex').slice(0, 12)}`
}

/** Who made the files, under which licence: the engine's note about the models, and the runtime's. */
function describePoseFiles(): string {
  const { version } = JSON.parse(readFileSync(`${RUNTIME}/../package.json`, 'utf-8')) as { version: string }
  const models = readFileSync(`${MODELS}/NOTICE`, 'utf-8')
  return `${models}\nLiteRT.js (litert_wasm_*)\nnpm package @litertjs/core ${version}, unchanged. Copyright Google LLC. Licensed under the Apache License, Version 2.0.\n`
}

/** The SHA-256 of each file, as `sha256sum --check` reads it. */
function sumPoseFiles(): string {
  return POSE_FILES.map((file) => `${createHash('sha256').update(readFileSync(file)).digest('hex')}  ${basename(file)}\n`).join('')
}

/** Serve the pose runtime and the engine's own models from this service. */
function servePoseFiles(folder: string): Plugin {
  return {
    name: 'pose-files',
    apply: 'build',
    writeBundle() {
      mkdirSync(join(OUT, folder), { recursive: true })
      for (const file of POSE_FILES) copyFileSync(file, join(OUT, folder, basename(file)))
      writeFileSync(join(OUT, folder, 'NOTICE'), describePoseFiles())
      writeFileSync(join(OUT, folder, 'SHA256SUMS'), sumPoseFiles())
    },
  }
}

/** Write the service worker with the names of the files that the page needs to open without a connection. */
function writeServiceWorker(folder: string): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    generateBundle(_, bundle) {
      const files = ['./', './icon.svg', './manifest.webmanifest', ...Object.keys(bundle).filter((name) => name.startsWith('assets/')).map((name) => `./${name}`)]
      const version = createHash('sha256').update(files.join()).digest('hex').slice(0, 12)
      const source = readFileSync('src/service_worker.js', 'utf-8')
        .replace("'__SHELL__'", JSON.stringify(`shell-${version}`))
        .replace("'__POSE__'", JSON.stringify(basename(folder)))
        .replace("['__FILES__']", JSON.stringify(files))
      this.emitFile({ type: 'asset', fileName: 'service-worker.js', source })
    },
  }
}

const poseFolder = namePoseFolder()

/** The page is built into the service's package, so that the wheel and the image carry it. */
export default defineConfig({
  base: '/', // the page of a shared result lies in a folder of its own
  define: { POSE_FOLDER: JSON.stringify(`${poseFolder}/`) },
  plugins: [preact(), servePoseFiles(poseFolder), writeServiceWorker(poseFolder)],
  worker: { format: 'iife' },
  build: {
    outDir: OUT,
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0, // the content security policy allows no data: scripts
    sourcemap: false,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080', '/health': 'http://127.0.0.1:8080' } },
})
