import { useEffect, useState } from 'preact/hooks'

import { createTeam, deleteTeam, listTeams, type Team } from '../api/people'
import { t } from '../i18n'
import { readField } from '../parts/fields'
import { ProblemCard } from '../parts/problem'
import { open } from '../router'
import { Roster } from '../team/roster'
import { Days } from '../team/days'

/** Teams with their athletes, and their testing days. */
export function TeamPage({ id }: { id: string }) {
  const [teams, setTeams] = useState<Team[] | null>(null)
  const [problem, setProblem] = useState<unknown>(null)
  const load = (): void => void listTeams().then(setTeams, setProblem)
  useEffect(load, [id])
  const team = teams?.find(({ team_id }) => team_id === id) ?? (id ? undefined : teams?.[0])
  return (
    <>
      <h1>{team ? team.name : t('team.title')}</h1>
      {problem !== null && <ProblemCard error={problem} />}
      {teams === null && problem === null && <p role="status">{t('loading')}…</p>}
      {teams !== null && teams.length > 1 && <TeamChoice teams={teams} team={team} />}
      {teams !== null && id && !team && <p class="card">{t('team.gone')}</p>}
      {team && (
        <>
          <Days key={team.team_id} team={team} onProblem={setProblem} />
          <Roster key={`roster-${team.team_id}`} team={team} onProblem={setProblem} />
        </>
      )}
      {teams !== null && <NewTeam first={teams.length === 0} onProblem={setProblem} />}
      {team && (
        <button type="button" class="quiet" onClick={() => confirm(t('team.deleteConfirm')) && deleteTeam(team.team_id).then(() => (id ? open('team') : load()), setProblem)}>
          {t('team.delete')}
        </button>
      )}
    </>
  )
}

function TeamChoice({ teams, team }: { teams: readonly Team[]; team: Team | undefined }) {
  return (
    <label class="inline">
      {t('nav.team')}
      <select name="team" value={team?.team_id ?? ''} onChange={(event) => open(`team/${event.currentTarget.value}`)}>
        {teams.map(({ team_id, name }) => (
          <option value={team_id}>{name}</option>
        ))}
      </select>
    </label>
  )
}

function NewTeam({ first, onProblem }: { first: boolean; onProblem: (problem: unknown) => void }) {
  const add = (form: HTMLFormElement): void => {
    const name = readField(new FormData(form), 'team_name')
    createTeam(name).then((team) => {
      form.reset()
      open(`team/${team.team_id}`)
    }, onProblem)
  }
  return (
    <details class="card" open={first}>
      <summary>
        <h2>{t('team.new')}</h2>
      </summary>
      {first && <p>{t('team.intro')}</p>}
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault()
          add(event.currentTarget)
        }}
      >
        <label>
          {t('team.name')}
          <input name="team_name" required maxLength={200} autocomplete="off" />
        </label>
        <button type="submit" class={first ? 'primary' : ''}>
          {t('team.create')}
        </button>
      </form>
    </details>
  )
}
