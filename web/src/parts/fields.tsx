import type { NewAthlete } from '../api/people'
import { t } from '../i18n'

interface NumberFieldProps {
  name: string
  label: string
  unit: string
  min: number
  max: number
}

/** A field of a form for a number with its unit. */
export function NumberField({ name, label, unit, min, max }: NumberFieldProps) {
  return (
    <label>
      {label} ({unit})
      <input type="number" name={name} min={min} max={max} step="any" inputMode="decimal" />
    </label>
  )
}

/** The name of a new athlete. */
export function NameField() {
  return (
    <label>
      {t('measure.name')}
      <input name="athlete_name" required maxLength={200} autocomplete="off" />
    </label>
  )
}

/** Mass, stature and sex of an athlete; the sex decides where the body's mass lies. */
export function BodyFields() {
  return (
    <>
      <NumberField name="mass_kg" label={t('measure.mass')} unit="kg" min={20} max={300} />
      <NumberField name="height_m" label={t('measure.height')} unit="m" min={1} max={2.5} />
      <label>
        {t('measure.sex')}
        <select name="sex">
          <option value="">{t('sex.unknown')}</option>
          <option value="female">{t('sex.female')}</option>
          <option value="male">{t('sex.male')}</option>
        </select>
      </label>
    </>
  )
}

/** What was typed into a field of a form, without spaces around it; empty where nothing was. */
export function readField(filled: FormData, name: string): string {
  return String(filled.get(name) ?? '').trim()
}

/** What a form with these fields tells of an athlete; what is left empty is not told. */
export function readAthlete(filled: FormData): NewAthlete {
  const text = (name: string): string => readField(filled, name)
  const sex = text('sex')
  return {
    name: text('athlete_name'),
    ...(text('mass_kg') && { mass_kg: Number(text('mass_kg')) }),
    ...(text('height_m') && { height_m: Number(text('height_m')) }),
    ...((sex === 'female' || sex === 'male') && { sex }),
  }
}
