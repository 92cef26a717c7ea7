import { useEffect, useState } from 'preact/hooks'

import { listAthletes } from '../api/people'

/** Names of the account's athletes by their ids; empty until they are read, and for a key that may not read them. */
export function useAthleteNames(): ReadonlyMap<string, string> {
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map())
  useEffect(
    () =>
      void listAthletes().then(
        (found) => setNames(new Map(found.map(({ athlete_id, name }) => [athlete_id, name]))),
        () => undefined,
      ),
    [],
  )
  return names
}
