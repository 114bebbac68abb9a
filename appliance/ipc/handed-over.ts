// The sockets that systemd opened for this process (sd_listen_fds(3)), by the name that their unit gives them: a port below
// 1024 needs no right of the service's own, and who knocks while it restarts waits instead of being refused.

/** The first descriptor that systemd hands over (SD_LISTEN_FDS_START). */
const first = 3

type Environment = Readonly<Record<string, string | undefined>>

/** `name` is the FileDescriptorName= of the socket's unit. Null when it was not handed to this very process. */
export function handedOver(name: string, environment: Environment = process.env): { fd: number } | null {
  if (environment['LISTEN_PID'] !== String(process.pid)) return null
  const index = (environment['LISTEN_FDNAMES'] ?? '').split(':').indexOf(name)
  return index >= 0 && index < Number(environment['LISTEN_FDS']) ? { fd: first + index } : null
}
