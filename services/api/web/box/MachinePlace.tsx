// The machine under the box: how it is, its network, power, logs, a file for whoever helps. Loaded when opened.
import { useTranslation } from '../app/context.ts'
import { mayOpen, usePerson } from '../door/may.ts'
import { Icon } from '../ui/Icon.tsx'
import { Lost } from '../ui/Lost.tsx'
import { Logs } from './logs/Logs.tsx'
import { Network } from './network/Network.tsx'
import { type MachinePart, partName } from './parts.ts'
import { Power } from './power/Power.tsx'
import { Bundle } from './support/Bundle.tsx'
import { System } from './system/System.tsx'

const views = { system: System, network: Network, power: Power, logs: Logs, support: Bundle } as const

export function MachinePlace({ part }: { part: MachinePart }) {
  const { t } = useTranslation()
  const person = usePerson()
  if (person === null || !mayOpen(person.role, part)) return <Lost />
  const View = views[part]
  return (
    <div class="page" key={part}>
      <header class="page-head">
        <a class="icon-button" href="/box" aria-label={t.box.title} title={t.box.title}>
          <Icon name="back" />
        </a>
        <h1>{partName(part, t)}</h1>
      </header>
      <View />
    </div>
  )
}
