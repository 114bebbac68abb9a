// What is known of a thing, a line each: its name, what holds, and a quieter word about it.
export interface Fact {
  name: string
  value: string
  note?: string
}

export function FactList({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl class="facts">
      {facts.map(({ name, value, note = '' }, index) => (
        // two processors have one name
        <div key={index}>
          <dt>{name}</dt>
          <dd>
            {value}
            {note !== '' && <span class="muted small fact-note">{note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  )
}
