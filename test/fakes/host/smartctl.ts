// Stands in for smartctl(8): what it says of such a disk, and its exit status; written by hand in the shape of 7.4.
import { readFileSync } from 'node:fs'
import { begin, fail, readState } from './state.ts'

const device = begin('smartctl').at(-1) ?? ''
const recording = readState().disks[device]
if (recording === undefined) fail(`Smartctl open device: ${device} failed: No such device`, 2)
const text = readFileSync(new URL(`../../fixtures/smartctl/${recording}.json`, import.meta.url), 'utf8')
process.stdout.write(text)
process.exitCode = (JSON.parse(text) as { smartctl: { exit_status: number } }).smartctl.exit_status
