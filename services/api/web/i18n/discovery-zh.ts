// Other boxes on the network in Chinese. Part of zh.ts.
import type { Catalogue } from './index.ts'

export const discoveryZh: Pick<Catalogue, 'others'> = {
  others: {
    title: '其他盒子',
    text: '这个网络里还有哪些盒子？',
    look: '找一找',
    again: '再找一次',
    looking: (time) => `正在听网络里的回应，需要${time}…`,
    none: '没有其他盒子回应。',
    noneText:
      '请确认它已开机，并在同一个网络（不是访客网络）里，然后再找一次。如果知道它的地址，也可以直接打开。',
    unclaimed: '新盒子，还没有主人',
    certificate: '证书开头为',
  },
}
