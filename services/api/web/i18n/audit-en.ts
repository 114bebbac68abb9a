// The record in English: a sentence for each action, as it was done and as it was not. Part of en.ts.
import type { AuditAction } from '#appliance/contracts/audit.ts'
import { many } from './many.ts'

type Sentence = (who: string, target: string) => string

/** [it was done, it was refused or failed] */
type Sentences = readonly [Sentence, Sentence]

/** A thing with its name, or the thing alone. */
const named = (thing: string, name: string): string => (name === '' ? thing : `${thing} ${name}`)

const act = (done: string, undone: string, thing: string): Sentences => [
  (who, target) => `${who} ${done} ${named(thing, target)}`.trimEnd(),
  (who, target) => `${who} could not ${undone} ${named(thing, target)}`.trimEnd(),
]
/** What is never done, only refused. */
const always = (sentence: Sentence): Sentences => [sentence, sentence]

const sentences = {
  'claim.done': [(who) => `${who} claimed the box`, (who) => `${who} could not claim the box`],
  'claim.refused': always(() => 'Somebody entered a wrong claim code'),
  'claim.renewed': always(() => 'Somebody at the box asked for another claim code'),
  'session.signed_in': [(who) => `${who} signed in`, (who) => `${who} could not sign in`],
  'session.refused': always(
    (_, target) => `Somebody could not sign in${target === '' ? '' : ` as ${target}`}`,
  ),
  'session.signed_out': [(who) => `${who} signed out`, (who) => `${who} could not sign out`],
  'session.revoked': act('signed out', 'sign out', 'a device'),
  'session.renewed': [
    (who) => `${who} confirmed who they are`,
    (who) => `${who} could not confirm who they are`,
  ],
  'person.added': act('added', 'add', 'a person'),
  'person.changed': act('changed the role or end date of', 'change the role or end date of', ''),
  'person.removed': act('removed', 'remove', 'the person'),
  'invitation.made': act('made an invitation', 'make an invitation', ''),
  'invitation.used': [
    (who) => `${who} accepted an invitation`,
    () => 'Somebody tried an invitation that is not valid',
  ],
  'invitation.removed': act('took back an invitation', 'take back an invitation', ''),
  'password.changed': act('changed a password', 'change a password', ''),
  'password.recovered': [
    (who) => `${who} set a new password with a code`,
    () => 'Somebody tried a recovery code that is not valid',
  ],
  'recovery.made': [
    (who, target) => `${who} made recovery codes${target === '' ? '' : ` for ${target}`}`,
    (who, target) => `${who} could not make recovery codes${target === '' ? '' : ` for ${target}`}`,
  ],
  'passkey.added': act('added', 'add', 'the passkey'),
  'passkey.removed': act('removed', 'remove', 'the passkey'),
  'token.made': act('made', 'make', 'the token'),
  'token.removed': act('ended', 'end', 'the token'),
  'token.refused': always(() => 'A program came with a token that is not valid'),
  'box.renamed': act('renamed the box', 'rename the box', ''),
  'certificate.changed': [
    () => 'The box has a new certificate',
    () => 'The box could not get a new certificate',
  ],
  'model.added': act('added', 'add', 'the model'),
  'model.removed': act('removed', 'remove', 'the model'),
  'model.loaded': act('loaded', 'load', 'the model'),
  'model.unloaded': act('unloaded', 'unload', 'the model'),
  'health.fixed': [
    (who, target) => `${who} had the box mend what the check “${target}” found`,
    (who, target) => `${who} could not have the box mend what the check “${target}” found`,
  ],
  'request.refused': always(
    (who, target) => `A request of ${who} was refused${target === '' ? '' : `: ${target}`}`,
  ),
  'audit.exported': act('exported the record', 'export the record', ''),
  'audit.pruned': [() => 'The oldest entries were removed', () => 'The oldest entries could not be removed'],
  'system.rebooted': act('restarted', 'restart', 'the machine'),
  'system.powered_off': act('switched off', 'switch off', 'the machine'),
  'system.time_zone_set': act('set', 'set', 'the time zone to'),
  'system.recovery_key_made': act('made', 'make', 'a recovery key for the disk'),
  'network.changed': act('tried another network setting for', 'change the network setting of', ''),
  'network.confirmed': act('confirmed the network setting of', 'confirm the network setting of', ''),
  'network.undone': act('undid the network setting of', 'undo the network setting of', ''),
  'wifi.joined': act('joined', 'join', 'the Wi-Fi'),
  'wifi.forgotten': act('forgot', 'forget', 'the Wi-Fi'),
  'logs.downloaded': act('downloaded the log', 'download the log', ''),
  'support.downloaded': act('downloaded a support bundle', 'download a support bundle', ''),
  'box.started': [() => 'The box was started', () => 'The box could not start'],
} as const satisfies Record<AuditAction, Sentences>

export const auditEn = {
  audit: {
    title: 'Record',
    list: 'Newest first',
    text: 'Everything that changed who may do what, and everything that was refused. It can be added to, never changed.',
    loading: 'the record',
    none: 'Nothing here fits.',
    sentences: sentences as Readonly<Record<string, Sentences>>,
    other: (who: string, action: string) => `${who}: ${action}`,
    nobody: 'somebody',
    box: 'the box itself',
    outcomes: { done: 'Done', refused: 'Refused', failed: 'Failed' },
    filters: 'Search and narrow down',
    find: 'Search the record',
    person: 'Who',
    everybody: 'Everybody',
    action: 'What',
    anything: 'Anything',
    outcome: 'Outcome',
    anyOutcome: 'Any',
    time: 'When',
    times: { all: 'Any time', day: 'Last 24 hours', week: 'Last 7 days', month: 'Last 30 days' },
    areas: {
      claim: 'Claiming',
      session: 'Signing in and out',
      person: 'People',
      invitation: 'Invitations',
      password: 'Passwords',
      recovery: 'Recovery codes',
      passkey: 'Passkeys',
      token: 'Tokens',
      box: 'The box',
      system: 'The machine',
      logs: 'The log',
      network: 'The network',
      wifi: 'Wi-Fi',
      certificate: 'Certificate',
      model: 'Models',
      request: 'Refused requests',
      audit: 'This record',
    },
    more: 'Show older',
    details: 'Details',
    facts: {
      number: 'Number',
      code: 'Reason',
      agent: 'Program',
      by: 'Came by',
      target: 'About',
      hash: 'Checksum',
    },
    ways: {
      session: 'signed in on the page',
      token: 'a token',
      socket: 'the box’s own command',
      service: 'a service of the box',
      nobody: 'not signed in',
    },
    keep: 'Keep and check',
    exportAs: (format: string) => `Save as ${format}`,
    verify: 'Check the record',
    verifying: 'Checking…',
    verified: (entries: number) => `${many(entries, 'entry is', 'entries are')} as they were written.`,
    verifiedRange: (first: string, last: string) => `Numbers ${first} to ${last}, none missing.`,
    pruned: (seq: string) => `Entries before number ${seq} were removed by age.`,
    broken: (seq: string) => `From number ${seq} on, the record is not as it was written.`,
    brokenText:
      'Somebody changed the file, or the disk did. Save what there is, and compare it with an older copy.',
  },
}
