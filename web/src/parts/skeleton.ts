import type { Looked } from '../pose/client'

/** Pairs of landmarks that a bone joins: arms, trunk, legs and feet. */
const BONES = [
  [11, 13], [13, 15], [12, 14], [14, 16], [11, 12], [23, 24], [11, 23], [12, 24],
  [23, 25], [25, 27], [24, 26], [26, 28], [27, 29], [29, 31], [27, 31], [28, 30], [30, 32], [28, 32],
] as const
const NOSE = 0
const FIRST_OF_BODY = 11
const SEEN = 0.3
const [LEFT, RIGHT, MIDDLE, GROUND, GUIDE] = ['#ff9a3c', '#3fd6bd', '#ffffff', '#ffe14d', '#ffffffaa']

/** Draw the skeletons of the people, the ground points and the frame in which the athlete should stand. */
export function drawSkeleton(canvas: HTMLCanvasElement, looked: Looked): void {
  const { width, height, people } = looked
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
  const context = canvas.getContext('2d')
  if (!context) return
  context.clearRect(0, 0, width, height)
  drawGuide(context, width, height)
  context.lineWidth = Math.max(2, height / 160)
  context.lineCap = 'round'
  for (const { points, confidence, ground } of people) {
    const seen = (index: number): boolean => (confidence[index] ?? 0) > SEEN
    for (const [from, to] of BONES) {
      const [a, b] = [points[from], points[to]]
      if (!a || !b || !seen(from) || !seen(to)) continue
      context.strokeStyle = from % 2 !== to % 2 ? MIDDLE : from % 2 ? LEFT : RIGHT
      context.beginPath()
      context.moveTo(...a)
      context.lineTo(...b)
      context.stroke()
    }
    points.forEach((point, index) => {
      if (seen(index) && (index === NOSE || index >= FIRST_OF_BODY)) drawDot(context, point, MIDDLE)
    })
    for (const point of ground) if (point) drawDot(context, point, GROUND)
  }
}

function drawDot(context: CanvasRenderingContext2D, [x, y]: readonly [number, number], colour: string): void {
  context.fillStyle = colour
  context.beginPath()
  context.arc(x, y, context.lineWidth * 0.8, 0, 2 * Math.PI)
  context.fill()
}

function drawGuide(context: CanvasRenderingContext2D, width: number, height: number): void {
  const side = Math.min(width * 0.9, height * 0.6)
  context.save()
  context.strokeStyle = GUIDE
  context.lineWidth = Math.max(2, height / 240)
  context.setLineDash([height / 40, height / 40])
  context.strokeRect((width - side) / 2, height * 0.12, side, height * 0.8)
  context.restore()
}
