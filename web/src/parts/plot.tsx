import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'

import { formatNumber } from '../format'
import { language } from '../i18n'
import { isDark, theme } from '../theme'

export interface Line {
  label: string
  values: readonly number[]
  colour: string
  dashed?: boolean
}

export interface Span {
  name: string
  start_s: number
  end_s: number
  colour: string
}

/** An instant that can be dragged; `key` tells it from the others. */
export interface Mark {
  key: string
  label: string
  time_s: number
  moved: boolean
}

export interface PlotProps {
  /** Plots of one group share one cursor and one zoom. */
  group: 'trial' | 'comparison'
  title: string
  unit: string
  time_s: readonly number[]
  lines: readonly Line[]
  spans: readonly Span[]
  /** Time that the video shows, s: drawn as a line. */
  now_s: number
  onTime: (time_s: number) => void
  marks: readonly Mark[]
  /** Called while a mark is dragged; null where marks stay. */
  onMark: ((key: string, time_s: number) => void) | null
}

const HEIGHT_PX = 200
/** Distance from a mark within which it is taken hold of, px. */
const NEAR_PX = 7
const [MARK, MOVED] = ['#8a94a3', '#d1495b']

/** A zoomable plot over time with shaded phases. All of uPlot is behind this component. */
export function Plot(props: PlotProps) {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const latest = useRef(props)
  latest.current = props

  useEffect(() => {
    const place = host.current
    if (!place) return undefined
    const drawn = new uPlot(optionsFor(latest, place.clientWidth), dataOf(latest.current), place)
    plot.current = drawn
    const resized = new ResizeObserver(() => drawn.setSize({ width: place.clientWidth, height: HEIGHT_PX }))
    resized.observe(place)
    return () => {
      resized.disconnect()
      drawn.destroy()
    }
  }, [props.time_s, props.lines, theme.value, language.value])

  useEffect(() => plot.current?.redraw(false, false), [props.now_s, props.marks])

  return (
    <figure class="plot">
      <figcaption>
        {props.title} ({props.unit})
      </figcaption>
      <div ref={host} />
    </figure>
  )
}

function dataOf({ time_s, lines }: PlotProps): uPlot.AlignedData {
  return [[...time_s], ...lines.map((line) => line.values.map((value) => (Number.isNaN(value) ? null : value)))]
}

function optionsFor(latest: { current: PlotProps }, width: number): uPlot.Options {
  const ink = isDark() ? '#d7dde4' : '#2b3540'
  const grid = { stroke: isDark() ? '#39424d' : '#dfe4ea', width: 1 }
  const axis = { stroke: ink, grid, ticks: grid }
  const round = (_: uPlot, ticks: number[]): string[] => ticks.map((value) => formatNumber(value, digitsFor(ticks)))
  return {
    width,
    height: HEIGHT_PX,
    scales: { x: { time: false } },
    axes: [
      { ...axis, values: round },
      { ...axis, values: round, size: 56 },
    ],
    series: [
      { label: 's', value: (_, value) => (value === null ? '–' : formatNumber(value, 3)) },
      ...latest.current.lines.map((line) => ({
        label: line.label,
        stroke: line.colour,
        width: 2,
        ...(line.dashed ? { dash: [6, 4] } : {}),
        value: (_: uPlot, value: number | null) => (value === null ? '–' : formatNumber(value, 2)),
      })),
    ],
    cursor: { sync: { key: latest.current.group, setSeries: false }, drag: { x: true, y: false } },
    hooks: {
      drawClear: [(drawn) => shadeSpans(drawn, latest.current.spans)],
      draw: [
        (drawn) => {
          for (const mark of latest.current.marks) drawLine(drawn, mark.time_s, mark.moved ? MOVED : MARK)
          drawLine(drawn, latest.current.now_s, ink)
        },
      ],
      ready: [(drawn) => listen(drawn, latest)],
    },
  }
}

function digitsFor(ticks: readonly number[]): number {
  const step = Math.abs((ticks[1] ?? 1) - (ticks[0] ?? 0))
  return [0, 1, 2, 3].find((digits) => Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) < 1e-6) ?? 3
}

function shadeSpans(plot: uPlot, spans: readonly Span[]): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  for (const span of spans) {
    const left = plot.valToPos(span.start_s, 'x', true)
    ctx.fillStyle = span.colour
    ctx.fillRect(left, bbox.top, plot.valToPos(span.end_s, 'x', true) - left, bbox.height)
  }
  ctx.restore()
}

function drawLine(plot: uPlot, time_s: number, colour: string): void {
  const { ctx, bbox } = plot
  const x = plot.valToPos(time_s, 'x', true)
  if (x < bbox.left || x > bbox.left + bbox.width) return
  ctx.save()
  ctx.strokeStyle = colour
  ctx.lineWidth = 2
  ctx.beginPath()
  ctx.moveTo(x, bbox.top)
  ctx.lineTo(x, bbox.top + bbox.height)
  ctx.stroke()
  ctx.restore()
}

/** A click chooses an instant; a mark that is taken hold of follows the pointer, and nothing is zoomed meanwhile. */
function listen(plot: uPlot, latest: { current: PlotProps }): void {
  let held: Mark | null = null
  const timeAt = (event: MouseEvent): number => plot.posToVal(event.clientX - plot.over.getBoundingClientRect().left, 'x')
  const find = (event: MouseEvent): Mark | null => {
    const x = event.clientX - plot.over.getBoundingClientRect().left
    if (latest.current.onMark === null) return null
    const near = latest.current.marks.filter((mark) => Math.abs(plot.valToPos(mark.time_s, 'x') - x) < NEAR_PX)
    return near[0] ?? null
  }
  const move = (event: MouseEvent): void => {
    if (held) latest.current.onMark?.(held.key, timeAt(event))
  }
  plot.over.addEventListener('pointermove', (event) => plot.over.classList.toggle('grab', held !== null || find(event) !== null))
  plot.over.addEventListener(
    'mousedown',
    (event) => {
      held = find(event)
      if (!held) return
      event.stopImmediatePropagation()
      addEventListener('mousemove', move)
      const drop = (): void => {
        held = null
        removeEventListener('mousemove', move)
      }
      addEventListener('mouseup', drop, { once: true })
    },
    { capture: true },
  )
  plot.over.addEventListener('click', (event) => latest.current.onTime(timeAt(event)))
}
