// What is asked of the box about the machine under it: its services, power, time, network, logs. Part of api.ts.
import type {
  Addressing,
  HostNetwork,
  JoinWifi,
  PendingChange,
  WifiNetwork,
} from '#appliance/contracts/host-network.ts'
import type { DiskHealth, Encryption, LogEntry, LogPage, System } from '#appliance/contracts/system.ts'
import type { Requests } from '../app/request.ts'

export interface LogQuestion {
  /** Empty: of every service. */
  readonly service: string
  readonly level: LogEntry['level']
}

/** Joining a network, gathering a bundle and a TPM take their time. */
const slowMs = 90_000

export const createMachineCalls = ({ json, get, remove, send }: Requests) => {
  const name = encodeURIComponent
  const query = ({ service, level }: LogQuestion): string =>
    `level=${level}${service === '' ? '' : `&service=${name(service)}`}`
  const file = (path: string, signal?: AbortSignal, limitMs?: number): Promise<Response> =>
    send('GET', `/hob/v1/system${path}`, undefined, signal, limitMs)

  return {
    system: (signal?: AbortSignal) => get<System>('/system', signal),
    disks: async () => (await get<{ disks: DiskHealth[] }>('/system/disks')).disks,
    encryption: () => get<Encryption>('/system/encryption'),
    makeRecoveryKey: async (): Promise<string> => {
      const made: { key: string } = await (
        await send('POST', '/hob/v1/system/recovery-key', undefined, undefined, slowMs)
      ).json()
      return made.key
    },
    /** Whether the data is encrypted and only this machine's TPM opens it. Asks nothing of a box without a steward. */
    wantsRecoveryKey: async (): Promise<boolean> => {
      if (!(await get<System>('/system')).managed) return false
      const now = await get<Encryption>('/system/encryption')
      return now.state === 'encrypted' && now.byTpm && !now.recoveryKey
    },
    timeZones: async () => (await get<{ timeZones: string[] }>('/system/time-zones')).timeZones,
    setTimeZone: async (timeZone: string): Promise<void> => {
      await send('PUT', '/hob/v1/system/time-zone', { timeZone })
    },
    reboot: async (): Promise<void> => {
      await send('POST', '/hob/v1/system/reboot')
    },
    powerOff: async (): Promise<void> => {
      await send('POST', '/hob/v1/system/power-off')
    },

    network: (signal?: AbortSignal) => get<HostNetwork>('/system/network', signal),
    changeNetwork: (device: string, wanted: Addressing) =>
      json<PendingChange>('PUT', `/hob/v1/system/network/${name(device)}`, wanted),
    keepNetwork: async (id: string): Promise<void> => {
      await send('POST', `/hob/v1/system/network/changes/${name(id)}/confirm`)
    },
    undoNetwork: async (id: string): Promise<void> => {
      await send('POST', `/hob/v1/system/network/changes/${name(id)}/revert`)
    },
    wifi: async () => (await get<{ networks: WifiNetwork[] }>('/system/wifi')).networks,
    joinWifi: async (wanted: JoinWifi): Promise<void> => {
      await send('PUT', '/hob/v1/system/wifi', wanted, undefined, slowMs)
    },
    forgetWifi: (ssid: string) => remove(`/system/wifi/${name(ssid)}`),

    logs: (question: LogQuestion, before: string, signal: AbortSignal) =>
      get<LogPage>(
        `/system/logs?limit=200&${query(question)}${before === '' ? '' : `&before=${name(before)}`}`,
        signal,
      ),
    /** The body streams server-sent events until the signal ends it. */
    liveLogs: (question: LogQuestion, signal: AbortSignal) => file(`/logs/live?${query(question)}`, signal),
    downloadLogs: async (question: LogQuestion) => (await file(`/logs/download?${query(question)}`)).blob(),
    supportBundle: (signal: AbortSignal) => file('/support-bundle', signal, slowMs),
  }
}
