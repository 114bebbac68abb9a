// The audit log of a real box: how long a search takes for each kind of filter, what one append costs, how long the
// whole chain takes to check. HOB_BENCH_ENTRIES sets how many entries (1,000,000); filling takes a minute or two.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { type BenchBox, createFolder, removeFolder, startBox } from '../box.ts'
import type { Figure } from '../report.ts'

const filler = fileURLToPath(new URL('../../test/fakes/audit/fill.ts', import.meta.url))
const filledSchema = z.object({ withoutDisk: z.array(z.number()), withDisk: z.array(z.number()) })

/** From plain to worst: lists that are long and hardly meet, or never, so that they are read to their ends. */
const searches: Readonly<Record<string, string>> = {
  'newest 50': '',
  'a person': 'person=p-ann',
  'an action': 'action=model.added',
  'one week': 'WEEK',
  'an area, refused': 'action=session.*&outcome=refused',
  'a word': 'text=qwen3',
  'one letter': 'text=q',
  'a person, an action, an outcome, a word': 'person=p-bob&action=token.*&outcome=failed&text=living',
  'the same in one week': 'person=p-bob&action=token.*&outcome=failed&text=living&WEEK',
  'a person, an outcome, the oldest 200': 'person=p-ann&outcome=done&before=5000&limit=200',
  'common words that never meet': 'text=qwen3%20living&outcome=done',
  'nobody, before the first': 'person=p-none&outcome=done&text=bytes',
  'a number’s first digits': 'text=1234',
}

export async function auditSuite(runs: number): Promise<Figure[]> {
  const entries = Number(process.env['HOB_BENCH_ENTRIES'] ?? 1_000_000)
  const folder = createFolder()
  try {
    const filled = await fill(join(folder, 'api', 'audit.db'), entries)
    const box = await startBox(folder)
    try {
      const of = `of ${entries} entries`
      const append = { unit: 'ms', name: `append to the end ${of}` }
      return [
        { ...append, samples: filled.withDisk },
        { ...append, name: `${append.name}, the disk left out`, samples: filled.withoutDisk, aim: '< 1' },
        ...(await search(box, runs * 4)),
        { name: `verify all ${of}`, unit: 's', samples: [await verify(box)] },
      ]
    } finally {
      await box.stop()
    }
  } finally {
    removeFolder(folder)
  }
}

async function fill(file: string, entries: number): Promise<z.infer<typeof filledSchema>> {
  const child = spawn(process.execPath, [filler, file, String(entries)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return filledSchema.parse(await json(child.stdout))
}

async function search(box: BenchBox, runs: number): Promise<Figure[]> {
  const figures: Figure[] = []
  const week = `since=${daysAgo(37)}&until=${daysAgo(30)}`
  for (const [name, query] of Object.entries(searches)) {
    const samples: number[] = []
    for (let run = 0; run < runs; run++) {
      const before = performance.now()
      const answer = await box.fetch(`/hob/v1/audit?${query.replace('WEEK', week)}`)
      z.object({ entries: z.array(z.unknown()) }).parse(await answer.json())
      samples.push(performance.now() - before)
    }
    figures.push({ name: `search: ${name}`, unit: 'ms', samples, aim: '< 200' })
  }
  return figures
}

async function verify(box: BenchBox): Promise<number> {
  const before = performance.now()
  const answer = z.object({ ok: z.literal(true) })
  answer.parse(await (await box.fetch('/hob/v1/audit/verify')).json())
  return (performance.now() - before) / 1000
}

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString()
