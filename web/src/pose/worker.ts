/** Pose estimation beside the page, so that the camera's picture never stops. A classic worker: the runtime loads scripts. */
import { Estimator } from './estimator'
import type { Asked, Said } from './messages'
import { loadRuntime } from './network'
import type { Picture } from './picture'

const LANDMARKS = { fast: 'pose_landmarks_lite', balanced: 'pose_landmarks_full' } as const
/** Every so many pixels count for the light of a picture. */
const LIGHT_STEP = 97

let estimator: Estimator | null = null
let canvas: OffscreenCanvas | null = null

function say(message: Said): void {
  postMessage(message)
}

async function load({ folder, quality }: Extract<Asked, { kind: 'load' }>): Promise<void> {
  const [detector, landmarks] = await Promise.all([
    fetchModel(`${folder}pose_detector.tflite`),
    fetchModel(`${folder}${LANDMARKS[quality]}.tflite`),
    loadRuntime(folder),
  ])
  estimator = await Estimator.load({ detector, landmarks })
  say({ kind: 'ready' })
}

async function fetchModel(url: string): Promise<Uint8Array> {
  const answer = await fetch(url)
  if (!answer.ok) throw new Error(`The pose model could not be loaded (${answer.status}).`)
  return new Uint8Array(await answer.arrayBuffer())
}

async function look({ frame, time_us }: Extract<Asked, { kind: 'frame' }>): Promise<void> {
  const begun = performance.now()
  const picture = await readPixels(frame)
  frame.close()
  if (!estimator) return
  const found = await estimator.estimate(picture, time_us / 1e6)
  const { width, height } = picture
  say({ kind: 'poses', time_us, width, height, ...found, light: measureLight(picture), spent_ms: performance.now() - begun })
}

async function readPixels(frame: VideoFrame | ImageBitmap): Promise<Picture> {
  if (typeof VideoFrame !== 'undefined' && frame instanceof VideoFrame) {
    const { width, height } = frame.visibleRect ?? { width: frame.codedWidth, height: frame.codedHeight }
    const data = new Uint8Array(4 * width * height)
    await frame.copyTo(data, { format: 'RGBA' })
    return { data, width, height }
  }
  const bitmap = frame as ImageBitmap
  const { width, height } = bitmap
  if (canvas?.width !== width || canvas.height !== height) canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) throw new Error('This browser cannot read pictures.')
  context.drawImage(bitmap, 0, 0)
  return { data: context.getImageData(0, 0, width, height).data, width, height }
}

/** Mean of the green channel, 0 to 255. */
function measureLight({ data }: Picture): number {
  let [total, count] = [0, 0]
  for (let at = 1; at < data.length; at += 4 * LIGHT_STEP, count++) total += data[at] as number
  return total / count
}

/** Frames are looked at one after the other: the tracks of one are needed for the next. */
let turn: Promise<void> = Promise.resolve()
addEventListener('message', ({ data }: MessageEvent<Asked>) => {
  turn = turn
    .then(() => (data.kind === 'load' ? load(data) : look(data)))
    .catch((error: unknown) => say({ kind: 'failed', message: String(error) }))
})
