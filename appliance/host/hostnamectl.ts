// The door to hostnamectl(1): the name under which the kernel, the journal and DHCP know the machine. Setting it needs root.
import { z } from 'zod'
import { runProgram } from './program.ts'

const schema = z.object({ Hostname: z.string() })

export const readHostName = async (): Promise<string> =>
  schema.parse(JSON.parse(await runProgram('hostnamectl', ['--json=short', 'status']))).Hostname

/** Now, and in /etc/hostname for the next start. */
export const setHostName = async (name: string): Promise<void> =>
  void (await runProgram('hostnamectl', ['--no-ask-password', 'hostname', '--', name]))
