// All routes of contracts/identity.ts. The walls have found out who asks and refused what lacks rights or freshness;
// what is refused here is about the request itself.
import type { App } from '#appliance/ipc/app.ts'
import { registerDoor } from './routes-door.ts'
import { registerPeople } from './routes-people.ts'
import { registerSelf } from './routes-self.ts'
import type { IdentityRoutesUses } from './routes-shared.ts'

export function registerIdentity(app: App, uses: IdentityRoutesUses): void {
  registerDoor(app, uses)
  registerSelf(app, uses)
  registerPeople(app, uses)
}
