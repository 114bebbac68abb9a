// One of many, with its label above: the browser's own list.
interface SelectProps<Value extends string> {
  label: string
  value: Value
  options: readonly (readonly [Value, string])[]
  change: (value: Value) => void
}

export function Select<Value extends string>({ label, value, options, change }: SelectProps<Value>) {
  return (
    <label class="select">
      <span class="muted small">{label}</span>
      <select
        value={value}
        onChange={({ currentTarget }) => {
          const chosen = options.find(([option]) => option === currentTarget.value)
          if (chosen !== undefined) change(chosen[0])
        }}
      >
        {options.map(([option, words]) => (
          <option key={option} value={option}>
            {words}
          </option>
        ))}
      </select>
    </label>
  )
}
