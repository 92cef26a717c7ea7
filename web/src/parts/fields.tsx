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

/** The athlete's sex, which decides where the body's mass lies. */
export function SexField() {
  return (
    <label>
      {t('measure.sex')}
      <select name="sex">
        <option value="">{t('sex.unknown')}</option>
        <option value="female">{t('sex.female')}</option>
        <option value="male">{t('sex.male')}</option>
      </select>
    </label>
  )
}
