// Is the machine too hot? Every sensor that the kernel knows against its own limit, and how long the processor had to slow down
// for its heat since the start (Documentation/hwmon/sysfs-interface; Documentation/ABI/testing/sysfs-devices-system-cpu).
import type { Host } from '../hardware/host.ts'
import { countOf } from '../hardware/read.ts'
import { type Check, issue, notMeasured, ok } from './check.ts'

interface Sensor {
  /** The chip's driver and the sensor's label: `coretemp Package id 0`. */
  readonly name: string
  readonly celsius: number
  /** Where the maker says it becomes dangerous. */
  readonly limitCelsius: number
}

/** Where a sensor names no limit: Intel's and AMD's mobile processors slow down at 95 to 105 °C (their data sheets' Tjmax). */
const usualLimitCelsius = 95
/** So near to the limit, dust or a warm cupboard is the likely reason. */
const nearCelsius = 5
/** A sensor that is not connected gives 0, −128 or 255. */
const isPlausible = (celsius: number): boolean => celsius > 0 && celsius < 150
const slowedShareMost = 0.02
const sensorsMax = 256

export const temperatureCheck = ({ host }: { host: Host }): Check => ({
  name: 'temperature',
  gates: false,
  limitMs: 10_000,
  issues: {
    too_hot: {
      severity: 'serious',
      message: '{sensor} is {celsius} °C hot; its limit is {limitCelsius} °C.',
      suggestion: 'Give the box air: free its openings, clean the fan, take it out of the cupboard.',
    },
    hot: {
      severity: 'warning',
      message: '{sensor} is {celsius} °C hot, near its limit of {limitCelsius} °C.',
      suggestion: 'Give the box more air; it slows down by itself before it breaks.',
    },
    slowed_by_heat: {
      severity: 'warning',
      message:
        'The processor had to slow down for its heat in {slowedPercent} % of the time since the start.',
      suggestion: 'Give the box more air, or clean its fan: answers become faster.',
    },
  },
  reasons: { no_sensor: 'This machine shows no temperature to the box.' },
  detect: async () => {
    const [sensors, slowed] = await Promise.all([readSensors(host), slowedShare(host)])
    const [hottest] = sensors.sort((a, b) => a.limitCelsius - a.celsius - (b.limitCelsius - b.celsius))
    if (hottest === undefined && slowed === null) return notMeasured('no_sensor')
    if (hottest !== undefined) {
      const { name, celsius, limitCelsius } = hottest
      const values = { sensor: name, celsius, limitCelsius }
      if (celsius >= limitCelsius) return issue('too_hot', values)
      if (celsius >= limitCelsius - nearCelsius) return issue('hot', values)
    }
    return slowed !== null && slowed > slowedShareMost
      ? issue('slowed_by_heat', { slowedPercent: Math.round(slowed * 100) })
      : ok
  },
})

async function readSensors(host: Host): Promise<Sensor[]> {
  const chips = await host.list('/sys/class/hwmon')
  const found = await Promise.all(
    chips.map(async (chip) => {
      const folder = `/sys/class/hwmon/${chip}`
      const inputs = (await host.list(folder)).filter((file) => /^temp\d+_input$/.test(file))
      const driver = (await lineOf(host, `${folder}/name`)) ?? chip
      return await Promise.all(inputs.map((input) => readSensor(host, folder, input, driver)))
    }),
  )
  const sensors = found.flat().filter((sensor) => sensor !== null)
  return sensors.length > 0 ? sensors.slice(0, sensorsMax) : await readZones(host)
}

async function readSensor(host: Host, folder: string, input: string, driver: string): Promise<Sensor | null> {
  const stem = `${folder}/${input.replace(/_input$/, '')}`
  const [celsius, critical, most, label] = await Promise.all([
    degrees(host, `${stem}_input`),
    degrees(host, `${stem}_crit`),
    degrees(host, `${stem}_max`),
    lineOf(host, `${stem}_label`),
  ])
  if (celsius === null) return null
  const name = label === null ? driver : `${driver} ${label}`
  return { name, celsius, limitCelsius: critical ?? most ?? usualLimitCelsius }
}

/** Arm boards have zones and often no hwmon. */
async function readZones(host: Host): Promise<Sensor[]> {
  const zones = (await host.list('/sys/class/thermal')).filter((zone) => /^thermal_zone\d+$/.test(zone))
  const sensors = await Promise.all(
    zones.slice(0, sensorsMax).map(async (zone): Promise<Sensor | null> => {
      const celsius = await degrees(host, `/sys/class/thermal/${zone}/temp`)
      const name = (await lineOf(host, `/sys/class/thermal/${zone}/type`)) ?? zone
      return celsius === null ? null : { name, celsius, limitCelsius: usualLimitCelsius }
    }),
  )
  return sensors.filter((sensor) => sensor !== null)
}

/** 0 to 1 of the time since the start; null where the kernel does not count (it does on Intel). */
async function slowedShare(host: Host): Promise<number | null> {
  const [slowedMs, uptime] = await Promise.all([
    lineOf(host, '/sys/devices/system/cpu/cpu0/thermal_throttle/package_throttle_total_time_ms'),
    lineOf(host, '/proc/uptime'),
  ])
  const ms = countOf(slowedMs ?? undefined)
  const seconds = Number(uptime?.split(' ')[0])
  return ms === null || !(seconds > 0) ? null : ms / 1_000 / seconds
}

/** The kernel tells thousandths of a degree. */
async function degrees(host: Host, path: string): Promise<number | null> {
  const thousandths = countOf((await lineOf(host, path)) ?? undefined)
  if (thousandths === null) return null
  const celsius = Math.round(thousandths / 1_000)
  return isPlausible(celsius) ? celsius : null
}

async function lineOf(host: Host, path: string): Promise<string | null> {
  const reading = await host.readFile(path)
  const line = reading.ok ? reading.text.trim().slice(0, 64) : ''
  return line === '' ? null : line
}
