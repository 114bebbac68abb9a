// What the health checks find, in Chinese, by code; `{name}` is filled from the finding. A test holds it to the checks' own words.
import type { FindingTexts } from '../box/health-words.ts'

const noNetwork = '盒子现在没有家庭网络中的地址。'
const useLarger = '占用空间的不是模型：请腾出空间，或换用更大的磁盘。'

export const chineseFindings: Readonly<Record<string, FindingTexts>> = {
  data_full: {
    message: '{folder} 所在的磁盘已满，什么都存不下了。',
    suggestion: '请移除一个不用的模型。在此之前的对话无法保存。',
  },
  data_unwritable: {
    message: '无法写入 {folder}（{reason}）。',
    suggestion: '请重新启动盒子。如果仍然如此，磁盘可能已损坏：请尽快备份并更换。',
  },
  space_low: {
    message: '磁盘还剩 {freeBytes}，共 {totalBytes}。',
    suggestion: '请移除一个不用的模型：模型共占 {modelsBytes}，最大的是 {largest}，占 {largestBytes}。',
  },
  space_low_elsewhere: { message: '磁盘还剩 {freeBytes}，共 {totalBytes}。', suggestion: useLarger },
  space_out: {
    message: '磁盘快满了：还剩 {freeBytes}，共 {totalBytes}。',
    suggestion: '请立即移除一个模型：模型共占 {modelsBytes}，最大的是 {largest}，占 {largestBytes}。',
  },
  space_out_elsewhere: { message: '磁盘快满了：还剩 {freeBytes}，共 {totalBytes}。', suggestion: useLarger },
  disk_unknown: { message: '磁盘没有说明还剩多少空间。' },
  lan_silent: {
    message: '盒子在 {origin} 没有回应：{reason}',
    suggestion: '请重新启动盒子。如果仍然如此，请检查网线和网络设置。',
  },
  lan_certificate: {
    message: '{origin} 的回应者无法证明自己是这台盒子（{reason}）。',
    suggestion: '请重新启动盒子。如果仍然如此，可能有别的设备使用相同的地址：请查看路由器的设备列表。',
  },
  lan_wrong: {
    message: '{origin} 的回应不是这台盒子应有的（状态 {status}）。',
    suggestion: '请重新启动盒子。如果仍然如此，可能有别的程序占用了它的端口。',
  },
  loopback_only: { message: '盒子只在本机上提供服务。' },
  no_network: { message: noNetwork },
  page_missing: {
    message: '页面不完整：{path} 有问题。',
    suggestion: '请重新安装这个版本的 Hob；命令 hob 和其他程序仍可使用。',
  },
  page_silent: { message: '{origin} 的页面没有回应：{reason}', suggestion: '请重新启动盒子。' },
  model_missing: {
    message: '盒子自带的模型不见了。',
    suggestion: '请重新安装这个版本的 Hob；您的其他模型会保留。',
  },
  model_silent: {
    message: '模型 {model} 在 {withinSeconds} 秒内没有任何输出。',
    suggestion: '请重新启动盒子。如果仍然如此，可在日志中查看它当时在做什么。',
  },
  model_failed: {
    message: '模型 {model} 无法回答：{reason}',
    suggestion: '请重新启动盒子。如果仍然如此，日志中有详细信息。',
  },
  model_busy: { message: '模型正在回答别人。' },
  name_unanswered: {
    message: '网络中没有谁回应 {host}。',
    suggestion: '请用地址打开盒子。如果 Wi-Fi 把设备彼此隔离（“客户端隔离”、访客网络），名称就不起作用。',
  },
  name_taken: {
    message: '另一台设备在使用 {host}：{address}。',
    suggestion: '请给盒子换个名称，或关闭那台设备。',
  },
  clock_behind: {
    message: '时钟显示 {now}，早于这个软件的制作日期（{built}）。',
    suggestion: '请让盒子连上互联网一分钟，它会自行校准。如果每次断电后都这样，主板上的电池没电了。',
  },
  clock_ahead: {
    message: '时钟显示 {now}，比这个软件（{built}）晚了许多年。',
    suggestion: '请让盒子连上互联网一分钟，它会自行校准。',
  },
  build_unknown: { message: '这里没有记录这个软件的制作日期。' },
  disk_failing: { message: '磁盘 {disk} 报告自己即将损坏。', suggestion: '请今天就备份盒子，并更换磁盘。' },
  disk_worn: {
    message: '磁盘 {disk} 的写入寿命已用去 {wearPercent}%。',
    suggestion: '请考虑更换，并保留备份。',
  },
  not_managed: { message: '这台盒子是某台电脑上的一个程序，磁盘由那台电脑自己照看。' },
  disks_silent: { message: '这台机器的磁盘都不报告自己的状况。' },
  too_hot: {
    message: '{sensor} 的温度是 {celsius} °C，上限是 {limitCelsius} °C。',
    suggestion: '请让盒子通风：不要遮挡开口，清洁风扇，把它移出柜子。',
  },
  hot: {
    message: '{sensor} 的温度是 {celsius} °C，接近上限 {limitCelsius} °C。',
    suggestion: '请让盒子更通风；它会先自行降速，不会损坏。',
  },
  slowed_by_heat: {
    message: '启动以来，处理器有 {slowedPercent}% 的时间因过热而降速。',
    suggestion: '请让盒子更通风，或清洁风扇：回答会更快。',
  },
  no_sensor: { message: '这台机器没有向盒子显示温度。' },
  check_failed: { message: '检查本身出错了：{detail}' },
  check_late: { message: '{limitSeconds} 秒内没有结果。' },
  check_stuck: { message: '上一次检查仍然停在那里。' },
}
