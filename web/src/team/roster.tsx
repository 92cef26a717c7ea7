import { useEffect, useState } from 'preact/hooks'

import { addMember, type Athlete, createAthlete, listAthletes, type NewAthlete, removeMember, type Team } from '../api/people'
import { followNumber, formatNumber } from '../format'
import { t } from '../i18n'
import { BodyFields, NameField, readAthlete } from '../parts/fields'
import { ScrollingTable } from '../parts/scrolling_table'

interface Props {
  team: Team
  onProblem: (problem: unknown) => void
}

/** The athletes of a team: who they are, and a form for one more. */
export function Roster({ team, onProblem }: Props) {
  const [athletes, setAthletes] = useState<Athlete[] | null>(null)
  const load = (): void => void listAthletes(team.team_id).then(setAthletes, onProblem)
  useEffect(load, [])
  const add = async (athlete: NewAthlete): Promise<void> => {
    const { athlete_id } = await createAthlete(athlete)
    await addMember(team.team_id, athlete_id)
    load()
  }
  const remove = ({ athlete_id }: Athlete): void => void removeMember(team.team_id, athlete_id).then(load, onProblem)
  return (
    <section class="card" aria-labelledby="roster">
      <h2 id="roster">{t('team.athletes')}</h2>
      {athletes?.length === 0 && <p>{t('team.empty')}</p>}
      {athletes !== null && athletes.length > 0 && <AthleteTable athletes={athletes} remove={remove} />}
      <AthleteForm add={(athlete) => add(athlete).catch(onProblem)} />
    </section>
  )
}

function AthleteTable({ athletes, remove }: { athletes: readonly Athlete[]; remove: (athlete: Athlete) => void }) {
  return (
    <ScrollingTable label={t('team.athletes')}>
      <thead>
        <tr>
          <th scope="col">{t('measure.name')}</th>
          <th scope="col">{t('measure.mass')}</th>
          <th scope="col">{t('measure.height')}</th>
          <th scope="col">
            <span class="visually-hidden">{t('team.remove')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {athletes.map((athlete) => (
          <tr key={athlete.athlete_id}>
            <th scope="row">{athlete.name}</th>
            <td class="number">{athlete.mass_kg === null ? '–' : `${formatNumber(athlete.mass_kg, 1)}${followNumber('kg')}`}</td>
            <td class="number">{athlete.height_m === null ? '–' : `${formatNumber(athlete.height_m, 2)}${followNumber('m')}`}</td>
            <td>
              <button type="button" aria-label={t('team.removeName', { name: athlete.name })} onClick={() => remove(athlete)}>
                {t('team.remove')}
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </ScrollingTable>
  )
}

function AthleteForm({ add }: { add: (athlete: NewAthlete) => Promise<void> }) {
  const submit = (form: HTMLFormElement): void => {
    void add(readAthlete(new FormData(form))).then(() => {
      form.reset()
      form.querySelector<HTMLInputElement>('[name=athlete_name]')?.focus()
    })
  }
  return (
    <form
      class="row"
      onSubmit={(event) => {
        event.preventDefault()
        submit(event.currentTarget)
      }}
    >
      <NameField />
      <BodyFields />
      <button type="submit">{t('team.add')}</button>
    </form>
  )
}
