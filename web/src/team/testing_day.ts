import { computed, signal } from '@preact/signals'

import { type Athlete, createLiveAnalysis, type DayEntry, listAthletes, listDayAnalyses, readDay, type Session } from '../api/people'
import { type Analysis, followAnalysis, readAnalysis } from '../api/service'
import { makeQueue, recall, remember } from './queue'

/** A testing day as the page works with it; results lie with the service, the order of the queue on this device. */
export class TestingDay {
  readonly session = signal<Session | null>(null)
  readonly athletes = signal<readonly Athlete[]>([])
  readonly entries = signal<readonly DayEntry[]>([])
  readonly analyses = signal<readonly Analysis[]>([])
  readonly problem = signal<unknown>(null)
  readonly sport = signal('cmj')
  readonly currentId = signal('')
  private readonly skipped = signal<readonly string[]>([])
  private readonly leaving = new AbortController()

  /** Who is waiting and who is done, with those whose video is being measured. */
  readonly queue = computed(() => {
    const counting = this.analyses.value.filter(({ status, sport_type }) => sport_type === this.sport.value && status !== 'failed' && status !== 'cancelled')
    const measured = new Set(counting.map(({ athlete_id }) => athlete_id ?? ''))
    return makeQueue(this.athletes.value, { measured, skipped: this.skipped.value })
  })
  readonly current = computed(() => this.athletes.value.find(({ athlete_id }) => athlete_id === this.currentId.value) ?? null)
  /** What the athlete did today in the movement, the first attempt first. */
  readonly attempts = computed(() =>
    this.analyses.value.filter(({ athlete_id, sport_type }) => athlete_id === this.currentId.value && sport_type === this.sport.value).toReversed(),
  )
  readonly bestId = computed(
    () =>
      this.entries.value.find(({ athlete_id, sport_type }) => athlete_id === this.currentId.value && sport_type === this.sport.value)?.best?.analysis_id ??
      null,
  )

  constructor(private readonly id: string) {
    const { sport, skipped } = recall(id)
    this.sport.value = sport
    this.skipped.value = skipped
  }

  /** Read the day from the service, and begin with the first athlete who waits. */
  async load(): Promise<void> {
    await this.guard(async () => {
      await this.readTable()
      const team = this.session.value?.team_id
      this.analyses.value = await listDayAnalyses(this.id)
      this.athletes.value = team ? await listAthletes(team) : []
      this.goOn()
      for (const { analysis_id, status } of this.analyses.value) if (status === 'queued' || status === 'running') void this.follow(analysis_id)
    })
  }

  leave(): void {
    this.leaving.abort()
  }

  choose(athlete_id: string): void {
    this.currentId.value = athlete_id
  }

  chooseSport(sport: string): void {
    this.sport.value = sport
    this.keep()
    this.goOn()
  }

  /** Call the next athlete who waits; nobody where all are done. */
  goOn(): void {
    this.currentId.value = this.queue.value.waiting[0]?.athlete_id ?? ''
  }

  /** Put the athlete at the end of the queue, and call the next one. */
  skip(): void {
    this.skipped.value = [...this.skipped.value, this.currentId.value]
    this.keep()
    this.goOn()
  }

  /** An analysis of the athlete that takes a live stream. */
  async prepareLive(quality: string): Promise<string> {
    const { analysis_id } = await createLiveAnalysis({
      sport_type: this.sport.value,
      quality,
      athlete_id: this.currentId.value,
      session_id: this.id,
    })
    return analysis_id
  }

  /** Show an analysis of the day, and its result when it has one. */
  async follow(id: string): Promise<void> {
    await this.guard(async () => {
      await followAnalysis(id, { onChange: (analysis) => this.put(analysis), signal: this.leaving.signal })
      await this.readTable()
    })
  }

  /** Show a live analysis that has ended: one without a movement is told of, and the next attempt begins anew. */
  async showLive(id: string): Promise<void> {
    await this.guard(async () => this.put(await readAnalysis(id)))
    await this.follow(id)
  }

  private put(analysis: Analysis): void {
    const others = this.analyses.value.filter(({ analysis_id }) => analysis_id !== analysis.analysis_id)
    this.analyses.value = [...others, analysis].sort((a, b) => b.created_at.localeCompare(a.created_at))
  }

  private async readTable(): Promise<void> {
    const { session, entries } = await readDay(this.id)
    this.session.value = session
    this.entries.value = entries
  }

  private keep(): void {
    remember(this.id, { sport: this.sport.value, skipped: [...this.skipped.value] })
  }

  private async guard(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!(error instanceof DOMException)) this.problem.value = error
    }
  }
}
