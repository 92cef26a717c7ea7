import type { AnalysisDocument } from './api/service'

/** Place of the trial whose metrics the document puts first. */
export function bestTrial(document: AnalysisDocument): number {
  const first = JSON.stringify(document.data)
  return Math.max(
    0,
    document.trials.findIndex((trial) => JSON.stringify(trial.data) === first),
  )
}
