// The box's health as figures of Prometheus: the same reading that /hob/v1/health tells in words. Owns its gauges, in the
// api's registry. Base units; a figure that cannot be read is left out, never 0.
import { Counter, Gauge, type Registry } from 'prom-client'
import type { BoxHealth } from '#appliance/contracts/health.ts'

export type Figures = (health: BoxHealth) => void

export function createFigures(registry: Registry): Figures {
  const registers = [registry]
  const gauge = <Label extends string>(name: string, help: string, labelNames: Label[]): Gauge<Label> =>
    new Gauge({ name: `hob_${name}`, help, labelNames, registers })

  const build = gauge('build_info', 'Always 1; the version is in the label.', ['version'])
  const up = gauge('service_up', '1 while the service answers.', ['service'])
  const since = gauge('service_start_time_seconds', 'When the service started, as Unix time.', ['service'])
  const resident = gauge('service_resident_bytes', 'Resident memory of the service itself.', ['service'])
  const errors = new Counter({
    name: 'hob_service_errors_total',
    help: 'What the service’s log called an error.',
    labelNames: ['service'],
    registers,
  })
  const total = gauge('disk_total_bytes', 'Size of the disk on which the folder lies.', ['folder'])
  const available = gauge('disk_available_bytes', 'What the box may still write there.', ['folder'])
  const readable = gauge('database_up', '1 while the database’s file can be read.', ['database'])
  const size = gauge('database_bytes', 'Size of the database.', ['database'])
  const memory = gauge('memory_total_bytes', 'Memory of the machine.', [])
  const left = gauge('memory_available_bytes', 'Memory that the machine can still give.', [])
  const cpu = gauge('cpu_busy_ratio', '0 to 1 over all CPUs, since the last look at it.', [])
  const clock = gauge('clock_set_seconds', 'How far the clock was set since the api service started.', [])
  const expiry = gauge('certificate_expiry_time_seconds', 'When the certificate expires, as Unix time.', [])

  return ({ services, load, disks, databases, certificate, clock: { setSeconds } }) => {
    for (const figure of [build, up, since, resident, errors, total, available, readable, size])
      figure.reset()
    for (const { name: service, state, version, startedAt, residentBytes, errors: seen } of services) {
      up.set({ service }, state === 'ready' ? 1 : 0)
      if (service === 'api' && version !== null) build.set({ version }, 1)
      if (startedAt !== null) since.set({ service }, Date.parse(startedAt) / 1_000)
      if (residentBytes !== null) resident.set({ service }, residentBytes)
      if (seen !== null) errors.inc({ service }, seen.count)
    }
    for (const { folder, totalBytes, availableBytes } of disks) {
      if (totalBytes !== null) total.set({ folder }, totalBytes)
      if (availableBytes !== null) available.set({ folder }, availableBytes)
    }
    for (const { name: database, state, bytes } of databases) {
      readable.set({ database }, state === 'ok' ? 1 : 0)
      if (bytes !== null) size.set({ database }, bytes)
    }
    memory.set(load.memoryTotalBytes)
    left.set(load.memoryAvailableBytes)
    setOrLeaveOut(cpu, load.cpu)
    clock.set(setSeconds)
    setOrLeaveOut(expiry, certificate === null ? null : Date.parse(certificate.expiresAt) / 1_000)
  }
}

/** Without labels, reset() would leave a 0. */
function setOrLeaveOut<Label extends string>(gauge: Gauge<Label>, value: number | null): void {
  if (value === null) gauge.remove()
  else gauge.set(value)
}
