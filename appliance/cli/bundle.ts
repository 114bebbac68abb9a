// `hob bundle`: the support bundle as a file, to be looked through and handed to somebody who helps.
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { systemRoutes } from '../contracts/system.ts'
import { HobError } from '../errors.ts'
import { parseError, readAnswer } from '../ipc/client.ts'
import type { Command } from './command.ts'

export const bundle: Command = {
  name: 'bundle',
  usage: [['bundle [FILE]', 'how the box is, for somebody who helps: a .tar.gz without names or secrets']],
  run: async ({ args, json, terminal, box }) => {
    const [file = `hob-support-${new Date().toISOString().slice(0, 10)}.tar.gz`, ...more] = args
    if (more.length > 0 || file.startsWith('-'))
      throw new HobError('usage', { detail: 'bundle takes a file.' })
    const response = await box.client.open('GET', systemRoutes.supportBundle.path, null, box.caller)
    const status = response.statusCode ?? 500
    if (status >= 400) throw parseError((await readAnswer(response, 'api')).toString('utf8'), status, 'api')
    try {
      // nobody else on this machine needs to read it
      await pipeline(response, createWriteStream(file, { mode: 0o600 }))
    } catch (error) {
      const detail = error instanceof Error ? error.message : 'it could not be written'
      throw new HobError('usage', { detail: `${file}: ${detail}` }, { cause: error })
    }
    terminal.write(json ? JSON.stringify({ file }) : `${file} is written. Its README.txt says what is in it.`)
  },
}
