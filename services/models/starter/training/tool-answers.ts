// What the eight tools may give back, as their contracts say, and what the starter says then. Pure.
import type { Dice } from './dice.ts'
import { places } from './places.ts'
import type { ToolRequest, ToolTexts } from './tool-requests.ts'
import type { Language } from './wording.ts'

const pad = (value: number): string => String(value).padStart(2, '0')

/** What the tool may give back, as its contract says, and the starter's sentence about it. */
export function makeToolAnswer(
  { name, arguments: given }: ToolRequest,
  language: Language,
  texts: ToolTexts,
  dice: Dice,
): { result: unknown; say: string } {
  const en = language === 'en'
  const date = `20${26 + dice.below(6)}-${pad(1 + dice.below(12))}-${pad(1 + dice.below(28))}`
  const time = `${pad(dice.below(24))}:${pad(dice.below(60))}`
  switch (name) {
    case 'get_status': {
      const health = dice.chance(0.75) ? 'good' : 'attention'
      const [memory, disk] = [dice.below(100), dice.below(100)]
      const temperature = dice.chance(0.2) ? null : 30 + dice.below(60)
      const model = dice.pick(['starter', 'starter', 'qwen3.5-4b', 'qwen3.5-9b', 'gemma-4-e4b', null])
      const warm =
        temperature === null ? '' : en ? ` and it is ${temperature} °C warm` : `，温度 ${temperature} °C`
      return {
        result: {
          health,
          model,
          memoryUsedPercent: memory,
          diskUsedPercent: disk,
          temperatureC: temperature,
        },
        say: en
          ? `${health === 'good' ? 'The box is well' : 'The box needs attention'}: ${memory} % of the memory and ${disk} % of the disk are used${warm}.`
          : `${health === 'good' ? '盒子一切正常' : '盒子需要留意'}：内存已用 ${memory}%，磁盘已用 ${disk}%${warm}。`,
      }
    }
    case 'get_time': {
      const day = dice.below(7)
      const weekday = weekdays[day] ?? ''
      const zone = typeof given['timezone'] === 'string' ? given['timezone'] : dice.pick(places).timezone
      return {
        result: { time, date, weekday, timezone: zone },
        say: en
          ? `It is ${time} on ${weekday}, ${date}.`
          : `现在是 ${date}，${chineseWeekdays[day]}，${time}。`,
      }
    }
    case 'calculate': {
      const value = dice.chance(0.3)
        ? `${dice.below(1000)}.${1 + dice.below(99)}`
        : String(dice.below(100_000))
      return { result: { value }, say: en ? `The result is ${value}.` : `结果是 ${value}。` }
    }
    case 'run_command': {
      const exitCode = dice.chance(0.8) ? 0 : dice.pick([1, 2, 126, 127])
      const output = dice.chance(0.2)
        ? ''
        : dice.pick(texts.fillers.en[dice.pick(['commands', 'things', 'messages'])] ?? [])
      const ok = exitCode === 0
      const shown = output === '' ? '' : `\n\`\`\`\n${output}\n\`\`\``
      return {
        result: { exitCode, output },
        say: en
          ? `${ok ? 'The command ended well' : `The command failed with exit code ${exitCode}`}${shown === '' ? (ok ? ' and printed nothing.' : '.') : `:${shown}`}`
          : `${ok ? '命令已成功执行' : `命令失败，退出码 ${exitCode}`}${shown === '' ? (ok ? '，没有输出。' : '。') : `：${shown}`}`,
      }
    }
    case 'schedule_task':
      return {
        result: { id: `t${dice.below(10_000)}`, next: `${date}T${time}:00Z` },
        say: en ? `Done. It runs next on ${date} at ${time}.` : `好的，下一次是 ${date} ${time}。`,
      }
    case 'remember':
      return { result: { id: `m${dice.below(10_000)}` }, say: en ? 'I have noted it.' : '已经记下了。' }
    case 'search_memory': {
      const found = Array.from(
        { length: dice.weighted({ '0': 2, '1': 6, '2': 2 }) === '0' ? 0 : 1 + dice.below(2) },
        () => ({
          text: dice.pick(texts.fillers[language]['facts'] ?? []),
          keptAt: `${date}T${time}:00Z`,
        }),
      )
      const list = found.map(({ text }) => text)
      return {
        result: { found },
        say:
          found.length === 0
            ? en
              ? 'I found nothing about that in the memory.'
              : '记忆里没有找到相关内容。'
            : en
              ? `This is kept: ${list.join('; ')}.`
              : `记忆里有：${list.join('；')}。`,
      }
    }
    case 'notify': {
      const delivered = dice.chance(0.85)
      return {
        result: { delivered },
        say: delivered
          ? en
            ? 'The message is delivered.'
            : '消息已送达。'
          : en
            ? 'The message could not be delivered.'
            : '消息没有送达。',
      }
    }
  }
}

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const chineseWeekdays = ['星期日', '星期一', '星期二', '星期三', '星期四', '星期五', '星期六']
