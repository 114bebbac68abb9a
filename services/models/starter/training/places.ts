// The places whose time zone the starter knows (IANA names).
import type { Language } from './wording.ts'

export const places: readonly {
  readonly timezone: string
  readonly names: Readonly<Record<Language, readonly string[]>>
}[] = [
  { timezone: 'Asia/Tokyo', names: { en: ['Tokyo', 'tokyo'], zh: ['东京'] } },
  {
    timezone: 'Asia/Shanghai',
    names: { en: ['Beijing', 'Shanghai', 'China', 'beijing', 'shanghai'], zh: ['北京', '上海', '中国'] },
  },
  { timezone: 'Asia/Hong_Kong', names: { en: ['Hong Kong'], zh: ['香港'] } },
  { timezone: 'Asia/Singapore', names: { en: ['Singapore', 'singapore'], zh: ['新加坡'] } },
  {
    timezone: 'Asia/Kolkata',
    names: { en: ['Delhi', 'India', 'New Delhi'], zh: ['德里', '印度', '新德里'] },
  },
  { timezone: 'Asia/Dubai', names: { en: ['Dubai', 'dubai'], zh: ['迪拜'] } },
  { timezone: 'Europe/Moscow', names: { en: ['Moscow', 'moscow'], zh: ['莫斯科'] } },
  { timezone: 'Europe/Berlin', names: { en: ['Berlin', 'Germany', 'berlin'], zh: ['柏林', '德国'] } },
  { timezone: 'Europe/Paris', names: { en: ['Paris', 'France', 'paris'], zh: ['巴黎', '法国'] } },
  { timezone: 'Europe/London', names: { en: ['London', 'England', 'london'], zh: ['伦敦', '英国'] } },
  { timezone: 'Europe/Madrid', names: { en: ['Madrid', 'madrid'], zh: ['马德里'] } },
  { timezone: 'Europe/Rome', names: { en: ['Rome', 'rome'], zh: ['罗马'] } },
  { timezone: 'America/New_York', names: { en: ['New York', 'new york'], zh: ['纽约'] } },
  { timezone: 'America/Chicago', names: { en: ['Chicago', 'chicago'], zh: ['芝加哥'] } },
  {
    timezone: 'America/Los_Angeles',
    names: { en: ['Los Angeles', 'San Francisco'], zh: ['洛杉矶', '旧金山'] },
  },
  { timezone: 'America/Sao_Paulo', names: { en: ['São Paulo', 'Sao Paulo'], zh: ['圣保罗'] } },
  { timezone: 'Australia/Sydney', names: { en: ['Sydney', 'sydney'], zh: ['悉尼'] } },
  { timezone: 'Pacific/Auckland', names: { en: ['Auckland', 'auckland'], zh: ['奥克兰'] } },
  { timezone: 'Africa/Cairo', names: { en: ['Cairo', 'cairo'], zh: ['开罗'] } },
  { timezone: 'Asia/Seoul', names: { en: ['Seoul', 'seoul'], zh: ['首尔'] } },
]
