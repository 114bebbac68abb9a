// The catalogue itself: every code with its HTTP status, what a person reads and what to do about it. `{name}` is filled
// from the error's parameters. Read through errors.ts; the page has the same codes in Chinese.

export interface CatalogueEntry {
  /** HTTP status with which the error leaves; for start-up errors the process's exit code is 1 whatever it says. */
  readonly status: number
  /** `{name}` is filled from the error's parameters. */
  readonly message: string
  /** What the reader can do now; also with `{name}`. */
  readonly remedy: string
}

export const entries = {
  // What a request can get wrong
  invalid_request: {
    status: 400,
    message: '{detail}',
    remedy: 'Correct the request; /openapi.json describes every field.',
  },
  invalid_json: {
    status: 400,
    message: 'The body is not valid JSON: {detail}',
    remedy: 'Send one JSON value in UTF-8.',
  },
  body_too_large: {
    status: 413,
    message: 'The body is larger than {limit} bytes.',
    remedy: 'Send less in one request.',
  },
  unsupported_media_type: {
    status: 415,
    message: 'The body must be application/json, not {type}.',
    remedy: 'Set the Content-Type header to application/json.',
  },
  header_too_large: {
    status: 431,
    message: 'The request’s headers are too large.',
    remedy: 'Send fewer or shorter headers.',
  },
  bad_http: {
    status: 400,
    message: 'This is not a valid HTTP/1.1 request.',
    remedy: 'Check what your client sends.',
  },
  request_timeout: {
    status: 408,
    message: 'The request did not arrive in time.',
    remedy: 'Send it again.',
  },
  not_found: {
    status: 404,
    message: 'There is nothing at {path}.',
    remedy: 'See /openapi.json for what there is.',
  },
  method_not_allowed: { status: 405, message: '{path} does not answer {method}.', remedy: 'Use {allowed}.' },
  host_not_allowed: {
    status: 421,
    message: 'This box does not answer to the name {host}.',
    remedy: 'Open it by its own name or address: {allowed}.',
  },
  origin_not_allowed: {
    status: 403,
    message: 'A page of {origin} may not call this box.',
    remedy: "Call it from the box's own page, or from a program that sends no Origin header.",
  },
  principal_missing: {
    status: 401,
    message: 'The request does not say for whom it is made.',
    remedy: 'Ask the box at its own address; this socket is for its services alone.',
  },
  too_many_connections: {
    status: 503,
    message: 'The box already holds {limit} connections.',
    remedy: 'Close some, or raise maxConnections in config.json.',
  },
  upgrade_required: {
    status: 426,
    message: '{path} speaks WebSocket only.',
    remedy: 'Connect with a WebSocket client.',
  },

  // The walls: who may come in, and as whom
  origin_missing: {
    status: 403,
    message: 'A request with a session must say which page sent it.',
    remedy: 'Send it from the box’s own page; programs use a token instead of a session.',
  },
  secret_in_url: {
    status: 400,
    message: 'A secret stands in the URL, where logs and histories keep it.',
    remedy: 'Send it in the header “Authorization: Bearer …”.{also}',
  },
  sign_in_required: {
    status: 401,
    message: 'Nobody is signed in.',
    remedy: 'Sign in on the page, or send a token in the header “Authorization: Bearer …”.',
  },
  token_invalid: {
    status: 401,
    message: 'The token is not valid here.',
    remedy: 'Check that it was copied whole; it may have expired or been revoked. Make another on the page.',
  },
  ticket_invalid: {
    status: 401,
    message: 'The ticket was used already, is older than 30 s, or was never given.',
    remedy: 'Ask for another with POST /hob/v1/ticket.',
  },
  unclaimed: {
    status: 403,
    message: 'Nobody owns this box yet.',
    remedy: 'Claim it: open its page and enter the code that its console shows.',
  },
  not_allowed: {
    status: 403,
    message: 'This needs {what}, which {who} does not have.',
    remedy: 'Ask an owner of the box; what a token may do is chosen when it is made.',
  },
  confirm_required: {
    status: 403,
    message: 'This needs a fresh look at who you are.',
    remedy: 'Enter your password once more, then try again.',
  },
  too_many_requests: {
    status: 429,
    message: 'Too many requests in a short time.',
    remedy: 'Try again in {retryAfter} s.',
  },
  unsupported_encoding: {
    status: 415,
    message: 'The body is encoded as {encoding}; the box takes bodies as they are.',
    remedy: 'Send it without the Content-Encoding header.',
  },
  tls_required: {
    status: 400,
    message: 'This port speaks HTTPS only.',
    remedy: 'Begin the address with https://.',
  },

  // Models and generation
  model_not_found: {
    status: 404,
    message: 'There is no model named {model} here.',
    remedy: 'GET /v1/models lists what there is; `hob models add` brings another.',
  },
  no_model: {
    status: 503,
    message: 'No model on this box fits this machine.',
    remedy: 'Add a smaller one with `hob models add`; `hob models explain` tells why each was rejected.',
  },
  model_load_failed: {
    status: 503,
    message: 'The model {model} could not be loaded: {detail}',
    remedy: 'Try a smaller model or a shorter context; `hob logs` has the details.',
  },
  model_in_use: {
    status: 409,
    message: 'The model {model} is answering somebody.',
    remedy: 'Wait until it is idle, or stop the answers.',
  },
  model_file_invalid: {
    status: 422,
    message: '{file} is not a usable GGUF file: {detail}',
    remedy: 'Download it again and compare its SHA-256 with the publisher’s.',
  },
  file_not_found: {
    status: 404,
    message: '{path} is not there, or the box may not read it.',
    remedy: 'Check the path: it is looked for on the box itself.',
  },
  model_built_in: {
    status: 409,
    message: 'The model {model} belongs to the box and cannot be removed.',
    remedy: 'Leave it: it takes little room, and answers only when nothing better is here.',
  },
  model_exists: {
    status: 409,
    message: 'A model named {model} is already here.',
    remedy: 'Remove it first, or give the new one another name.',
  },
  context_length_exceeded: {
    status: 400,
    message: 'The prompt has {prompt} tokens; this model holds {context}, the answer included.',
    remedy: 'Send less text, or ask for fewer tokens.',
  },
  embeddings_unsupported: {
    status: 400,
    message: 'The model {model} gives no embeddings.',
    remedy: 'Name an embedding model; GET /v1/models says which ones embed.',
  },
  chat_unsupported: {
    status: 400,
    message: 'The model {model} does not chat.',
    remedy: 'Use it with /v1/embeddings, or name a chat model.',
  },
  schema_unsupported: {
    status: 400,
    message: 'The JSON schema cannot be enforced: {detail}',
    remedy: 'Leave that keyword out, or check the answer yourself.',
  },
  queue_full: {
    status: 429,
    message: 'The box is busy: {waiting} requests are waiting already.',
    remedy: 'Try again in {retryAfter} s.',
  },
  engine_crashed: {
    status: 502,
    message: 'The model stopped working in the middle of this request and is being started again.',
    remedy: 'Send the request again.',
  },
  engine_timeout: {
    status: 504,
    message: 'The model did not answer within {seconds} s.',
    remedy: 'Ask for fewer tokens, or choose a smaller model.',
  },
  client_gone: {
    status: 499,
    message: 'The caller left before the answer was complete.',
    remedy: 'Send the request again.',
  },

  // Fetching
  url_not_allowed: {
    status: 403,
    message: 'The box does not fetch {url}: {detail}',
    remedy: 'Name the address with --allow-private if it is yours.',
  },
  download_failed: {
    status: 502,
    message: 'The download of {url} failed: {detail}',
    remedy: 'Try again: it goes on where it stopped.',
  },
  download_too_large: {
    status: 413,
    message: 'The file is larger than {limit} bytes.',
    remedy: 'Choose a smaller one, or raise the limit.',
  },
  hash_mismatch: {
    status: 422,
    message: 'The file’s SHA-256 is {actual}, not {expected}.',
    remedy: 'The file was changed or damaged on its way: do not use it; ask its publisher.',
  },
  disk_full: {
    status: 507,
    message: '{path} has {free} bytes left; {need} are needed.',
    remedy: 'Free some space, or choose another folder.',
  },
  download_not_found: {
    status: 404,
    message: 'There is no download {id}.',
    remedy: 'GET /hob/v1/downloads lists them.',
  },

  // The box's own
  conversation_not_found: {
    status: 404,
    message: 'There is no such conversation.',
    remedy: 'It may have been deleted on another device.',
  },
  message_not_found: {
    status: 404,
    message: 'There is no such message in this conversation.',
    remedy: 'Load the conversation again.',
  },
  conversation_full: {
    status: 409,
    message: 'This conversation is as long as one may be.',
    remedy: 'Begin a new one.',
  },
  conversation_busy: {
    status: 409,
    message: 'This conversation is being answered already.',
    remedy: 'Wait for the answer, or stop it.',
  },
  service_unavailable: {
    status: 503,
    message: 'The {service} service is not answering; it is being started again.',
    remedy: 'Try again in a few seconds.',
  },
  nothing_to_fix: {
    status: 409,
    message: 'There is nothing about “{check}” that the box can mend by itself.',
    remedy: 'Do what the check suggests, then run it again.',
  },
  shutting_down: { status: 503, message: 'The box is shutting down.', remedy: 'Try again when it is back.' },
  internal: {
    status: 500,
    message: 'Something went wrong inside the box.',
    remedy: 'Try again; if it stays, look for request {requestId} in the log.',
  },

  // TLS
  tls_damaged: {
    status: 500,
    message: '{file} is damaged: {detail}',
    remedy:
      'Restore ca.key.pem and ca.pem from a backup, or move both away to begin anew: every device must then trust the new certificate.',
  },
  certificate_invalid: {
    status: 422,
    message: 'This certificate cannot be used: {detail}',
    remedy: 'Correct it and send it again; the box keeps the certificate that it has.',
  },
  tls_off: {
    status: 409,
    message: 'The box speaks plain HTTP on this machine alone: it has no certificate in use.',
    remedy: 'Start it without HOB_TLS=off.',
  },
  plain_http: {
    status: 403,
    message: 'Over plain HTTP the box gives out its certificate and nothing else.',
    remedy: 'Use {origin}.',
  },
  // The network around the box
  name_invalid: {
    status: 400,
    message: 'The box cannot take this name: {detail}',
    remedy: 'Choose another, such as kitchen-hob.',
  },
  browse_failed: {
    status: 503,
    message: 'The box could not look around the network: {detail}.',
    remedy: 'Try again; if it stays, open the other box by its address.',
  },
  network_invalid: {
    status: 400,
    message: 'The box cannot be connected like this: {detail}.',
    remedy: 'Correct it; the router’s own page tells which addresses it gives out and what its own is.',
  },
  interface_not_found: {
    status: 404,
    message: 'The box has no network interface {device}.',
    remedy: 'GET /hob/v1/system/network lists them.',
  },
  interface_unplugged: {
    status: 409,
    message: 'Nothing is connected at {device}.',
    remedy: 'Plug the cable in, or join a Wi-Fi network, then try again.',
  },
  change_pending: {
    status: 409,
    message: 'A change of the network is on trial already.',
    remedy: 'Confirm it or undo it first; it undoes itself within a minute.',
  },
  change_not_found: {
    status: 404,
    message: 'There is no such change on trial: it was confirmed or undone.',
    remedy: 'Look at how the box is connected now, and make the change again if it is not there.',
  },
  wifi_unavailable: {
    status: 409,
    message: 'This box has no Wi-Fi.',
    remedy: 'Use the cable, or plug in a Wi-Fi adapter.',
  },
  wifi_failed: {
    status: 409,
    message: 'The box could not join {ssid}: {detail}.',
    remedy:
      'Check the password and that the network is near, then try again. The box is connected as before.',
  },
  // The machine under the box
  not_managed: {
    status: 409,
    message: 'This box runs as a program on somebody’s computer, whose settings it leaves alone.',
    remedy: 'Use that computer’s own settings.',
  },
  host_failed: {
    status: 502,
    message: 'The machine did not do it: {program} says “{detail}”',
    remedy: 'Try again; if it stays, restart the box.',
  },
  program_missing: {
    status: 501,
    message: 'The machine has no program {program}, which this needs.',
    remedy: 'Install it; Hob’s own image has it.',
  },
  time_zone_unknown: {
    status: 400,
    message: 'The machine does not know the time zone {timeZone}.',
    remedy: 'Choose one of GET /hob/v1/system/time-zones.',
  },
  too_many_followers: {
    status: 503,
    message: 'The log is being followed {limit} times already.',
    remedy: 'Close one of the pages that show it live.',
  },
  bundle_busy: {
    status: 409,
    message: 'A support bundle is being made already.',
    remedy: 'Wait until it is there.',
  },
  // People: the claim, signing in, rights that are given
  claim_code_wrong: {
    status: 403,
    message: 'This is not the code of this box. Tries left: {left}.',
    remedy: 'Read it again where the box shows it: on its console, or with `hob claim --code`.',
  },
  claim_closed: {
    status: 403,
    message: 'Too many wrong codes: this box takes no claim until it is started again.',
    remedy: 'Restart the box, or bring it a stick with “claim = new”; it then shows a new code.',
  },
  already_claimed: {
    status: 409,
    message: 'This box has an owner already.',
    remedy: 'Sign in, or ask the owner for an invitation.',
  },
  socket_only: {
    status: 403,
    message: 'This is told on the box itself alone.',
    remedy: 'Use `hob` on the box.',
  },
  sign_in_failed: {
    status: 401,
    message: 'This name and password do not belong together.',
    remedy: 'Try again, or use a recovery code.',
  },
  account_expired: {
    status: 403,
    message: 'This account ended on {date}.',
    remedy: 'Ask an owner of the box to extend it.',
  },
  too_many_tries: {
    status: 429,
    message: 'There were too many wrong tries.',
    remedy: 'Try again in {retryAfter} s.',
  },
  too_busy: {
    status: 503,
    message: 'Too many people are signing in at this moment.',
    remedy: 'Try again in a few seconds.',
  },
  password_weak: {
    status: 400,
    message: 'This password is one of those that are guessed first.',
    remedy: 'Take a few words that only you would put together.',
  },
  name_taken: {
    status: 409,
    message: 'Somebody here has this name already.',
    remedy: 'Choose another; capitals make no difference.',
  },
  code_wrong: {
    status: 403,
    message: 'This code is wrong, used or expired.',
    remedy: 'Type it again, or ask an owner of the box for a new one.',
  },
  last_owner: {
    status: 409,
    message: 'The box would be left without an owner.',
    remedy: 'Make somebody else owner first, without an end date.',
  },
  role_not_allowed: {
    status: 403,
    message: 'Nobody can give the role {role} who does not have its rights.',
    remedy: 'Choose another role, or ask an owner of the box.',
  },
  scope_not_allowed: {
    status: 403,
    message: 'Your own role does not have the right {scope}.',
    remedy: 'Leave it out, or ask an owner of the box.',
  },
  limit_reached: {
    status: 409,
    message: 'There are {limit} of these already.',
    remedy: 'Remove one first.',
  },
  passkey_failed: {
    status: 401,
    message: 'The passkey was not accepted.',
    remedy: 'Try again, or use your password.',
  },
  passkey_needs_name: {
    status: 409,
    message: 'Passkeys work under the box’s own name only, not under {host}.',
    remedy: 'Open the page by the box’s name: {allowed}.',
  },
  person_not_found: {
    status: 404,
    message: 'There is no such person here.',
    remedy: '`hob people` lists everybody.',
  },
  session_not_found: {
    status: 404,
    message: 'There is no such device.',
    remedy: 'It may have been signed out already.',
  },
  token_not_found: {
    status: 404,
    message: 'There is no such token.',
    remedy: 'It may have been removed already; `hob token list` lists them.',
  },
  invitation_not_found: {
    status: 404,
    message: 'There is no such invitation.',
    remedy: 'It may have been used or taken back already.',
  },
  passkey_not_found: {
    status: 404,
    message: 'There is no such passkey.',
    remedy: 'It may have been removed already.',
  },
  // What a stick says
  stick_invalid: {
    status: 422,
    message: 'The stick says nothing that the box understands: {detail}.',
    remedy: 'Correct hob.conf on it and plug it in again; appliance/stick/README.md shows one.',
  },
  // The audit log
  audit_broken: {
    status: 409,
    message: 'The audit log is not as it was written: entry {seq} was changed or is missing.',
    remedy: 'Export it now and keep the file; compare it with an earlier export to see what differs.',
  },
  audit_export_overtaken: {
    status: 409,
    message: 'Old entries were pruned while they were being exported.',
    remedy: 'Export again.',
  },

  // Start-up
  config_invalid: { status: 500, message: '{name} is {value}: {detail}', remedy: 'Allowed: {allowed}.' },
  config_unreadable: {
    status: 500,
    message: '{file} is not valid JSON: {detail}',
    remedy: 'Correct the file, or go back to {file}.previous.',
  },
  tls_off_not_loopback: {
    status: 500,
    message: 'HOB_LISTEN is {address}, which other machines can reach, and HOB_TLS is off.',
    remedy: 'Leave TLS on, or listen on 127.0.0.1, ::1 or localhost.',
  },
  port_in_use: {
    status: 500,
    message: 'Port {port} on {address} is in use.',
    remedy: 'Stop the other program, or choose another: HOB_PORT=4630 npm start.',
  },
  port_not_allowed: {
    status: 500,
    message: 'Port {port} on {address} may not be opened: {detail}',
    remedy: 'Choose another, above 1023: HOB_PORT=4620 npm start.',
  },
  data_in_use: {
    status: 500,
    message: 'A box is already running on {folder}.',
    remedy: 'Stop it first, or start this one with another HOB_DATA_DIR.',
  },
  data_unwritable: {
    status: 500,
    message: 'The data folder {folder} cannot be written: {detail}',
    remedy: 'Give its owner the right to write, or choose another with HOB_DATA_DIR.',
  },
  data_full: {
    status: 500,
    message: 'The disk of {folder} is full.',
    remedy: 'Free at least {need} bytes, or choose another with HOB_DATA_DIR.',
  },
  profile_invalid: {
    status: 500,
    message: 'The hardware profile {file} cannot be used: {detail}',
    remedy: 'Correct the file; hardware-profiles/README.md says what belongs in it.',
  },
  data_newer: {
    status: 500,
    message: '{file} was written by a newer Hob (version {found}; this one knows {known}).',
    remedy: 'Start the newer Hob again, or restore the copy beside the file.',
  },
  data_corrupt: {
    status: 500,
    message: '{file} is damaged: {detail}',
    remedy: 'Restore it from a backup, or move it away to begin anew.',
  },
  not_running: {
    status: 503,
    message: 'No box is running on {folder}.',
    remedy: 'Start it with `npm start`.',
  },
  usage: { status: 400, message: '{detail}', remedy: '`hob help` lists the commands.' },
} as const satisfies Record<string, CatalogueEntry>
