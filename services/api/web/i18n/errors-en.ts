// Errors in English. The box's own sentence is used, with its particulars; here stand the remedies that are a button
// on the page where the box, which also speaks to programs, names a command, and the failures that only the page sees.
import type { ErrorCode } from '#appliance/errors.ts'
import type { PageCode } from '../app/problem.ts'

/** The codes with which a box ends before there is a page to tell, and what only services say to each other. */
type StartUpCode =
  | 'config_invalid'
  | 'config_unreadable'
  | 'tls_off_not_loopback'
  | 'port_in_use'
  | 'port_not_allowed'
  | 'data_in_use'
  | 'data_unwritable'
  | 'data_full'
  | 'data_newer'
  | 'data_corrupt'
  | 'not_running'
  | 'usage'
  | 'profile_invalid'
  | 'stick_invalid'
  | 'principal_missing'
  | 'tls_damaged'

export type ShownCode = Exclude<ErrorCode, StartUpCode>

export type ErrorTexts = Readonly<Record<PageCode, { message: string; remedy: string }>> &
  Readonly<Partial<Record<ShownCode, { message?: string; remedy: string }>>>

export const englishErrors: ErrorTexts = {
  unreachable: {
    message: 'The box cannot be reached.',
    remedy: 'Check that it is switched on and that you are on the same network, then try again.',
  },
  broken: {
    message: 'The connection ended in the middle of the answer.',
    remedy: 'What had arrived is kept. Try again for a full answer.',
  },
  slow: {
    message: 'The box did not answer in time.',
    remedy: 'It may be busy. Wait a moment, then try again.',
  },
  passkey: {
    message: 'The passkey did not work.',
    remedy: 'Try again, or use your password.',
  },
  too_many_tries: { remedy: 'Wait a moment before the next try.' },
  model_not_found: { remedy: 'See under Models what is here, or add another.' },
  no_model: { remedy: 'Add a smaller one under Models; the chart there tells why each was rejected.' },
  model_load_failed: { remedy: 'Try again, or choose a smaller model under Models.' },
  model_exists: { remedy: 'Remove it first, or give the new one another name.' },
  context_length_exceeded: { remedy: 'Begin a new chat, or shorten the text.' },
  chat_unsupported: { remedy: 'Choose a chat model under Models.' },
  engine_crashed: { remedy: 'Try again in a few seconds.' },
  url_not_allowed: { remedy: 'Tick “an address in my own network” if it is yours.' },
  download_not_found: { remedy: 'It may have ended already. Look at the list of models.' },
  sign_in_required: { remedy: 'Sign in, then try again.' },
  unclaimed: { remedy: 'Claim it with the code that its console shows.' },
  not_allowed: { remedy: 'Ask an owner of the box.' },
  host_not_allowed: { remedy: 'Open the page by the name or address that the box printed.' },
  // How many tries are left stands beneath.
  claim_code_wrong: {
    message: 'This is not the code of this box.',
    remedy: 'Read it again where the box shows it, on its screen or in its terminal.',
  },
  socket_only: { remedy: 'Look on the box itself.' },
  program_missing: { remedy: 'Hob’s own image has it; on another machine, install it.' },
  data_not_sealed: { remedy: 'Under Box, “System” says how the disk is.' },
  time_zone_unknown: { remedy: 'Choose one from the list.' },
  person_not_found: { remedy: 'They may have been removed. Look at the list of people.' },
  token_not_found: { remedy: 'It may have been removed already. Look at the list of tokens.' },
}
