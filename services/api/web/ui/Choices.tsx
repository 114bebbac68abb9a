// A choice of a few, side by side.
interface ChoicesProps<Value extends string> {
  label: string
  name: string
  options: readonly (readonly [Value, string])[]
  value: Value
  change: (value: Value) => void
}

export function Choices<Value extends string>({ label, name, options, value, change }: ChoicesProps<Value>) {
  return (
    <fieldset class="choices">
      <legend>{label}</legend>
      <div class="segments">
        {options.map(([option, words]) => (
          <label key={option} class={option === value ? 'segment segment-on' : 'segment'}>
            <input type="radio" name={name} checked={option === value} onChange={() => change(option)} />
            {words}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
