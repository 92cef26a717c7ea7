import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { openEncoder, type Packet } from '../../src/live/picture_encoder'

/** A canvas that notes the size of each picture that is drawn onto it. */
function makeCanvas(drawn: number[][]) {
  return {
    width: 300,
    height: 150,
    getContext: () => ({ drawImage: (_: unknown, x: number, y: number, width: number, height: number) => drawn.push([x, y, width, height]) }),
    toBlob: (take: (blob: Blob) => void) => take(new Blob(['picture'])),
  }
}

function show(width: number, height: number) {
  return { videoWidth: width, videoHeight: height } as HTMLVideoElement
}

/** What browsers with H.264 have; it notes what it is asked. */
class FakeVideoEncoder {
  static configured: number[][] = []
  static keys: (boolean | undefined)[] = []
  static isConfigSupported = () => Promise.resolve({ supported: true })
  encodeQueueSize = 0
  configure({ width, height }: VideoEncoderConfig) {
    FakeVideoEncoder.configured.push([width, height])
  }
  encode(_: unknown, { keyFrame }: VideoEncoderEncodeOptions) {
    FakeVideoEncoder.keys.push(keyFrame)
  }
}

describe('a phone that is turned', () => {
  let drawn: number[][] = []
  beforeEach(() => {
    drawn = []
    vi.stubGlobal('document', { createElement: () => makeCanvas(drawn) })
  })
  afterEach(() => vi.unstubAllGlobals())

  it('sends JPEG pictures that are not stretched', async () => {
    const packets: Packet[] = []
    const encoder = await openEncoder(show(1280, 720), { onPacket: (packet) => packets.push(packet), onFailure: expect.unreachable })
    encoder.encode(show(1280, 720), 0)
    await vi.waitFor(() => expect(packets).toHaveLength(1))
    encoder.encode(show(720, 1280), 1)
    await vi.waitFor(() => expect(packets).toHaveLength(2))
    expect(drawn).toEqual([
      [0, 0, 640, 360],
      [0, 0, 360, 640],
    ])
  })

  it('sends H.264 of the new shape, from a key frame on', async () => {
    vi.stubGlobal('VideoEncoder', FakeVideoEncoder)
    vi.stubGlobal('VideoFrame', class {
      close() {}
    })
    const encoder = await openEncoder(show(1280, 720), { onPacket: () => expect.unreachable(), onFailure: expect.unreachable })
    for (const video of [show(1280, 720), show(1280, 720), show(720, 1280)]) encoder.encode(video, 0)
    expect(FakeVideoEncoder.configured).toEqual([
      [640, 360],
      [360, 640],
    ])
    expect(FakeVideoEncoder.keys).toEqual([true, false, true])
    expect(drawn.at(-1)).toEqual([0, 0, 360, 640])
  })
})
