import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'

import { ApiError } from './api/http'
import { chooseLanguage, language, LANGUAGES, t } from './i18n'
import { ComparePage } from './pages/compare'
import { DayPage } from './pages/day'
import { HistoryPage } from './pages/history'
import { MeasurePage } from './pages/measure'
import { ResultPage } from './pages/result'
import { SettingsPage } from './pages/settings'
import { SharedPage } from './pages/shared'
import { TeamPage } from './pages/team'
import { TrendsPage } from './pages/trends'
import { Lazy } from './parts/lazy'
import { ProblemCard } from './parts/problem'
import { isShared, route } from './router'
import { loadSports } from './sports'
import { chooseTheme, theme, type Theme } from './theme'

const PAGES = ['measure', 'live', 'team', 'history', 'compare', 'settings'] as const

export function App() {
  const [problem, setProblem] = useState<ApiError | null>(null)
  const [ready, setReady] = useState(false)
  const load = (): void => {
    setProblem(null)
    loadSports().then(() => setReady(true), setProblem)
  }
  useEffect(load, [])
  return (
    <>
      <a class="skip" href="#content" onClick={focusContent}>
        {t('nav.skip')}
      </a>
      <Header />
      <main id="content" tabIndex={-1}>
        {problem ? <ProblemCard alone error={problem} again={load} /> : ready ? <Page /> : <p role="status">{t('loading')}…</p>}
      </main>
    </>
  )
}

async function loadLivePage() {
  return (await import('./pages/live')).LivePage
}

function focusContent(event: Event): void {
  event.preventDefault()
  document.getElementById('content')?.focus()
}

function Page(): ComponentChildren {
  const { page, id, query } = route.value
  switch (page) {
    case 'measure':
      return <MeasurePage />
    case 'live':
      return <Lazy load={loadLivePage} props={{}} />
    case 'team':
      return <TeamPage id={id} />
    case 'day':
      return <DayPage key={id} id={id} />
    case 'analyses':
      return <ResultPage key={id} id={id} />
    case 'history':
      return <HistoryPage />
    case 'compare':
      return <ComparePage query={query} />
    case 'trends':
      return <TrendsPage query={query} />
    case 'shared':
      return <SharedPage token={id} />
    case 'settings':
      return <SettingsPage />
    default:
      return <NotFound />
  }
}

function NotFound() {
  return (
    <>
      <h1>{t('error.notFound')}</h1>
      <p>
        <a class="button primary" href="/#/measure">
          {t('nav.measure')}
        </a>
      </p>
    </>
  )
}

function Navigation() {
  return (
    <nav aria-label="Kinemotion">
      {PAGES.map((page) => (
        <a href={`#/${page}`} aria-current={route.value.page === page ? 'page' : undefined}>
          {t(`nav.${page}`)}
        </a>
      ))}
    </nav>
  )
}

function Header() {
  return (
    <header>
      <a class="brand" href="/#/">
        <img src="/icon.svg" alt="" width="28" height="28" /> Kinemotion
      </a>
      {isShared() ? <span class="space" /> : <Navigation />}
      <div class="choices">
        <select aria-label={t('language.label')} value={language.value} onChange={(e) => chooseLanguage(e.currentTarget.value)}>
          {Object.entries(LANGUAGES).map(([code, name]) => (
            <option value={code}>{name}</option>
          ))}
        </select>
        <select aria-label={t('theme.label')} value={theme.value} onChange={(e) => chooseTheme(e.currentTarget.value as Theme)}>
          {(['auto', 'light', 'dark'] as const).map((name) => (
            <option value={name}>{t(`theme.${name}`)}</option>
          ))}
        </select>
      </div>
    </header>
  )
}
