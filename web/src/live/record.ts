import type { Affine } from '../pose/affine'
import type { Pose } from '../pose/estimator'

/** Number of a codec in the header of a message. */
export const CODECS = { jpeg: 2, h264: 3, landmarks: 5 } as const
export type Codec = keyof typeof CODECS

const PROTOCOL_VERSION = 1
const LAYOUT_VERSION = 1
const [GROUND, CAMERA, CHANGE] = [1, 2, 4]
const MESSAGE_HEADER = 16
const RECORD_HEADER = 8
const CAMERA_SIZE = 24
const PERSON_HEADER = 4
const POINTS = 33
/** Bytes of a person: its header, 33 landmarks and two ground points of three numbers each, and the change. */
const PERSON = PERSON_HEADER + 4 * (3 * POINTS + 6 + 1)

export interface PoseFrame {
  width: number
  height: number
  people: readonly Pose[]
  /** The map from this picture to the first one, px; null where it was not measured. */
  camera: Affine | null
}

/** The landmarks of one picture as the engine reads them (docs/reference/stream.md). */
export function encodeLandmarks({ width, height, people, camera }: PoseFrame): Uint8Array {
  const first = RECORD_HEADER + (camera ? CAMERA_SIZE : 0)
  const record = new DataView(new ArrayBuffer(first + people.length * PERSON))
  record.setUint8(0, LAYOUT_VERSION)
  record.setUint8(1, GROUND | CHANGE | (camera ? CAMERA : 0))
  record.setUint16(2, people.length, true)
  record.setUint16(4, width, true)
  record.setUint16(6, height, true)
  camera?.forEach((number, index) => record.setFloat32(RECORD_HEADER + 4 * index, number, true))
  people.forEach((pose, index) => writePerson(record, first + index * PERSON, pose))
  return new Uint8Array(record.buffer)
}

function writePerson(record: DataView, place: number, pose: Pose): void {
  record.setUint16(place, pose.person, true)
  const numbers = [
    ...pose.points.flatMap(([x, y], index) => [x, y, pose.confidence[index] ?? 0]),
    ...pose.ground.flatMap((point) => (point ? [...point, 1] : [0, 0, 0])),
    pose.change,
  ]
  numbers.forEach((number, index) => record.setFloat32(place + PERSON_HEADER + 4 * index, number, true))
}

/** A message to the service: what it holds, its number, when the picture was taken, and the payload. */
export function makeMessage(codec: Codec, { seq, time_us, payload }: { seq: number; time_us: number; payload: Uint8Array }): Uint8Array {
  const message = new Uint8Array(MESSAGE_HEADER + payload.length)
  const header = new DataView(message.buffer)
  header.setUint8(0, PROTOCOL_VERSION)
  header.setUint8(1, CODECS[codec])
  header.setUint32(4, seq, true)
  header.setBigInt64(8, BigInt(time_us), true)
  message.set(payload, MESSAGE_HEADER)
  return message
}
