// A virtual machine that boots the image from its raw file, as a box does from its disk: UEFI firmware, software emulation, a plug in
// a test's LAN. Its disk is an overlay of the file, so that a test costs what it writes. Commands run inside through a serial port of
// the test's own, with a unit that comes as a credential of the (virtual) firmware: the image itself has no way in.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Lan } from '../system/lan.ts'

const firmware = '/usr/share/OVMF/OVMF_CODE_4M.fd'
const firmwareSettings = '/usr/share/OVMF/OVMF_VARS_4M.fd'

/** Why no virtual machine can be started here, or null. */
export function qemuUnavailable(): string | null {
  const wanted = ['/usr/bin/qemu-system-x86_64', '/usr/bin/qemu-img', firmware, '/dev/net/tun']
  const missing = wanted.filter((file) => !existsSync(file))
  return missing.length === 0 ? null : `missing: ${missing.join(', ')}`
}

/** A disk, with the firmware's settings that belong to the machine it is in. */
export interface Disk {
  readonly folder: string
  readonly file: string
  remove(): void
}

/** One that was flashed with `image` and has this size. */
export function flash(image: string, sizeGB = 64): Disk {
  const folder = mkdtempSync(join(tmpdir(), 'hob-vm-'))
  const file = join(folder, 'disk.qcow2')
  const size = `${sizeGB * 1e9 - ((sizeGB * 1e9) % 512)}`
  execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', image, '-F', 'raw', file, size])
  copyFileSync(firmwareSettings, join(folder, 'settings.fd'))
  return { folder, file, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

export interface Result {
  readonly status: number
  /** Standard output and errors, as they came. */
  readonly output: string
}

export interface Vm {
  /** Runs a line of shell inside, as root. Waits while it still starts. */
  try(line: string, timeoutMs?: number): Promise<Result>
  /** Its output; throws when it fails. */
  run(line: string, timeoutMs?: number): Promise<string>
  /** All that came over the first serial port. */
  serial(): string
  /** A picture of the screen, as PNG. */
  screen(file: string): Promise<void>
  /** QMP (qemu-qmp-ref): `system_powerdown` is the power button. */
  monitor(command: string, args?: Readonly<Record<string, unknown>>): Promise<unknown>
  /** The plug is pulled. */
  kill(): Promise<void>
  /** Resolves when the machine is off. */
  readonly off: Promise<void>
}

interface Options {
  lan: Lan
  disk: Disk
  name: string
  memoryMB?: number
  /** What its disk hangs on. */
  bus?: keyof typeof disks
  /** The clock that the machine has when it is switched on. */
  clock?: Date
  /** A second disk: a USB stick, as a raw file. */
  stick?: string
  /** The socket of swtpm(8). */
  tpm?: string
  /** More for the kernel's command line. */
  kernel?: string
  /** Without its cable. */
  unplugged?: boolean
}

const disks = {
  virtio: 'virtio-blk-pci',
  nvme: 'nvme,serial=box-disk',
  sata: 'ide-hd,bus=ide.0',
} as const

export async function startVm({
  lan,
  disk,
  name,
  memoryMB = 3_072,
  bus = 'virtio',
  clock,
  stick,
  tpm,
  kernel = '',
  unplugged = false,
}: Options): Promise<Vm> {
  const at = (file: string): string => join(disk.folder, file)
  const plug = lan.plug(name)
  // a machine keeps its own, and no two names have one
  const hash = createHash('sha256').update(name).digest()
  const mac = `52:54:00:${[...hash.subarray(0, 3)].map((byte) => byte.toString(16).padStart(2, '0')).join(':')}`
  const credential = `io.systemd.credential.binary:systemd.extra-unit.test-agent.service=${Buffer.from(agent).toString('base64')}`
  const options: readonly (readonly string[])[] = [
    ['-name', name, '-machine', 'q35', '-accel', 'tcg,thread=multi', '-cpu', 'max', '-smp', '2'],
    ['-m', String(memoryMB), '-nodefaults', '-no-user-config', '-display', 'none', '-vga', 'std'],
    ['-drive', `if=pflash,format=raw,unit=0,readonly=on,file=${firmware}`],
    ['-drive', `if=pflash,format=raw,unit=1,file=${at('settings.fd')}`],
    ['-drive', `if=none,id=disk,format=qcow2,discard=unmap,file=${disk.file}`],
    ['-device', `${disks[bus]},id=box-disk,drive=disk,bootindex=0`],
    ['-netdev', `tap,id=net,ifname=${plug.device},script=no,downscript=no`],
    ['-device', `virtio-net-pci,netdev=net,mac=${mac},romfile=`],
    ['-device', 'virtio-rng-pci', '-device', 'qemu-xhci'],
    ['-serial', `file:${at('serial.log')}`, '-qmp', `unix:${at('monitor.sock')},server=on,wait=off`],
    ['-device', 'virtio-serial', '-chardev', `socket,id=agent,path=${at('agent.sock')},server=on,wait=off`],
    ['-device', 'virtserialport,chardev=agent,name=hob.test'],
    ['-smbios', `type=11,value=${credential}`],
    [
      '-smbios',
      `type=11,value=io.systemd.stub.kernel-cmdline-extra=systemd.wants=test-agent.service ${kernel}`,
    ],
    clock === undefined ? [] : ['-rtc', `base=${clock.toISOString().slice(0, 19)}`],
    stick === undefined ? [] : ['-drive', `if=none,id=stick,format=raw,file=${stick}`],
    stick === undefined ? [] : ['-device', 'usb-storage,drive=stick'],
    tpm === undefined
      ? []
      : ['-chardev', `socket,id=tpm,path=${tpm}`, '-tpmdev', 'emulator,id=tpm,chardev=tpm'],
    tpm === undefined ? [] : ['-device', 'tpm-crb,tpmdev=tpm'],
  ]
  writeFileSync(at('serial.log'), '')
  const [enter = '', ...inside] = plug.enter
  const qemu = spawn(enter, [...inside, 'qemu-system-x86_64', ...options.flat()], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  qemu.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')))
  const off = once(qemu, 'exit').then(() => undefined)
  const monitor = await openMonitor(at('monitor.sock'), qemu, () => said)
  if (unplugged) await monitor('set_link', { name: 'net', up: false })
  const ask = await openAgent(at('agent.sock'), off)
  return {
    try: ask,
    run: async (line, timeoutMs) => {
      const { status, output } = await ask(line, timeoutMs)
      if (status !== 0) throw new Error(`${line}: exit status ${status}: ${output}`)
      return output
    },
    serial: () => readFileSync(at('serial.log'), 'utf8'),
    screen: async (file) => void (await monitor('screendump', { filename: file, format: 'png' })),
    monitor,
    kill: async () => {
      qemu.kill('SIGKILL')
      await off
    },
    off,
  }
}

/** Reads `ID BASE64` lines, runs each in a shell of its own, and writes `ID STATUS BASE64`. Early: it sees the whole start. */
const agent = `[Unit]
Description=Runs what a test asks
DefaultDependencies=no
BindsTo=dev-virtio\\x2dports-hob.test.device
After=dev-virtio\\x2dports-hob.test.device
StartLimitIntervalSec=0

[Service]
ExecStart=/bin/bash -c 'exec 3<>/dev/virtio-ports/hob.test; while read -r -u 3 i c; do o=$$(bash -c "$$(base64 -d <<<"$$c")" 2>&1 </dev/null | base64 -w 0; exit $\${PIPESTATUS[0]}); echo "$$i $$? $$o" >&3; done'
Restart=always
RestartSec=1
`

type Ask = Vm['try']

async function openAgent(path: string, off: Promise<void>): Promise<Ask> {
  const waiting = new Map<string, (result: Result) => void>()
  let next = 0
  const socket = await connectTo(path)
  createInterface({ input: socket }).on('line', (text) => {
    const [id = '', status = '', output = ''] = text.split(' ')
    waiting.get(id)?.({ status: Number(status), output: Buffer.from(output, 'base64').toString('utf8') })
    waiting.delete(id)
  })
  return async (line, timeoutMs = 600_000) => {
    const id = String(next++)
    const result = new Promise<Result>((resolve) => waiting.set(id, resolve))
    socket.write(`${id} ${Buffer.from(line).toString('base64')}\n`)
    const late = sleep(timeoutMs, undefined, { ref: false }).then(() => {
      throw new Error(`no answer within ${timeoutMs} ms: ${line}`)
    })
    const gone = off.then(() => {
      throw new Error(`the machine went off: ${line}`)
    })
    return await Promise.race([result, late, gone])
  }
}

async function openMonitor(
  path: string,
  qemu: ChildProcess,
  said: () => string,
): Promise<(command: string, args?: Readonly<Record<string, unknown>>) => Promise<unknown>> {
  const socket = await Promise.race([
    connectTo(path),
    once(qemu, 'exit').then(() => {
      throw new Error(`qemu ended: ${said()}`)
    }),
  ])
  const answers: ((answer: { return?: unknown; error?: { desc: string } }) => void)[] = []
  createInterface({ input: socket }).on('line', (text) => {
    const answer = JSON.parse(text) as { return?: unknown; error?: { desc: string } }
    if ('return' in answer || 'error' in answer) answers.shift()?.(answer)
  })
  const command = async (execute: string, args: Readonly<Record<string, unknown>> = {}): Promise<unknown> => {
    const answer = new Promise<{ return?: unknown; error?: { desc: string } }>((resolve) =>
      answers.push(resolve),
    )
    socket.write(`${JSON.stringify({ execute, arguments: args })}\n`)
    const { error, return: value } = await answer
    if (error !== undefined) throw new Error(`${execute}: ${error.desc}`)
    return value
  }
  await command('qmp_capabilities')
  return command
}

async function connectTo(path: string): Promise<Socket> {
  for (const until = Date.now() + 20_000; ; await sleep(50)) {
    const socket = connect(path)
    try {
      await once(socket, 'connect')
      socket.on('error', () => undefined)
      return socket
    } catch (error) {
      if (Date.now() > until) throw error
    }
  }
}
