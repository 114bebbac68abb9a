// The record in Chinese: a sentence for each action, as it was done and as it was not. Part of zh.ts.
import type { AuditAction } from '#appliance/contracts/audit.ts'
import type { Catalogue } from './index.ts'

type Sentence = (who: string, target: string) => string
type Sentences = readonly [Sentence, Sentence]

/** Between Latin letters and Chinese ones stands a space. */
const spaced = (name: string): string => (/[\p{Script=Latin}\d]$/u.test(name) ? `${name} ` : name)

const act = (verb: string, thing: string): Sentences => [
  (who, target) => `${spaced(who)}${verb}了${thing}${target === '' ? '' : ` ${target}`}`,
  (who, target) => `${spaced(who)}未能${verb}${thing}${target === '' ? '' : ` ${target}`}`,
]
const always = (sentence: Sentence): Sentences => [sentence, sentence]

const sentences: Readonly<Record<AuditAction, Sentences>> = {
  'claim.done': act('认领', '盒子'),
  'claim.refused': always(() => '有人输入了错误的认领代码'),
  'session.signed_in': [(who) => `${spaced(who)}登录了`, (who) => `${spaced(who)}未能登录`],
  'session.refused': always((_, target) => `有人未能登录${target === '' ? '' : `：${target}`}`),
  'session.signed_out': [(who) => `${spaced(who)}退出了登录`, (who) => `${spaced(who)}未能退出登录`],
  'session.revoked': [
    (who, target) => `${spaced(who)}让一台设备退出了登录${target === '' ? '' : `：${target}`}`,
    (who, target) => `${spaced(who)}未能让一台设备退出登录${target === '' ? '' : `：${target}`}`,
  ],
  'session.renewed': [(who) => `${spaced(who)}确认了身份`, (who) => `${spaced(who)}未能确认身份`],
  'person.added': act('添加', '成员'),
  'person.changed': act('更改', '角色或期限：'),
  'person.removed': act('移除', '成员'),
  'invitation.made': act('生成', '邀请'),
  'invitation.used': [(who) => `${spaced(who)}接受了邀请`, () => '有人尝试了无效的邀请'],
  'invitation.removed': act('收回', '邀请'),
  'password.changed': act('更改', '密码'),
  'password.recovered': [(who) => `${spaced(who)}用代码设置了新密码`, () => '有人尝试了无效的恢复码'],
  'recovery.made': [
    (who, target) => `${spaced(who)}${target === '' ? '' : `为 ${target} `}生成了恢复码`,
    (who, target) => `${spaced(who)}未能${target === '' ? '' : `为 ${target} `}生成恢复码`,
  ],
  'passkey.added': act('添加', '通行密钥'),
  'passkey.removed': act('移除', '通行密钥'),
  'token.made': act('创建', '令牌'),
  'token.removed': act('停用', '令牌'),
  'token.refused': always(() => '有程序使用了无效的令牌'),
  'box.renamed': act('更改', '盒子的名字'),
  'certificate.changed': [() => '盒子换了新证书', () => '盒子未能换新证书'],
  'model.added': act('添加', '模型'),
  'model.removed': act('移除', '模型'),
  'model.loaded': act('加载', '模型'),
  'model.unloaded': [
    (who, target) => `${spaced(who)}把模型${target === '' ? '' : ` ${target} `}移出了内存`,
    (who, target) => `${spaced(who)}未能把模型${target === '' ? '' : ` ${target} `}移出内存`,
  ],
  'health.fixed': act('让盒子修复', '健康问题'),
  'request.refused': always(
    (who, target) => `${spaced(who)}的请求被拒绝${target === '' ? '' : `：${target}`}`,
  ),
  'audit.exported': act('导出', '记录'),
  'audit.pruned': [() => '最早的条目已清除', () => '最早的条目未能清除'],
  'system.rebooted': [(who) => `${spaced(who)}重新启动了机器`, (who) => `${spaced(who)}未能重新启动机器`],
  'system.powered_off': [(who) => `${spaced(who)}关闭了机器`, (who) => `${spaced(who)}未能关闭机器`],
  'system.time_zone_set': act('设置', '时区'),
  'logs.downloaded': act('下载', '日志'),
  'box.started': [() => '盒子启动了', () => '盒子未能启动'],
}

export const auditZh: Pick<Catalogue, 'audit'> = {
  audit: {
    title: '记录',
    list: '最新的在前',
    text: '凡是更改权限的事，以及凡是被拒绝的事。只能追加，不能更改。',
    loading: '记录',
    none: '没有符合的条目。',
    sentences,
    other: (who, action) => `${spaced(who)}的操作：${action}`,
    nobody: '有人',
    box: '盒子自身',
    outcomes: { done: '成功', refused: '被拒绝', failed: '失败' },
    filters: '搜索和筛选',
    find: '搜索记录',
    person: '谁',
    everybody: '所有人',
    action: '什么事',
    anything: '全部',
    outcome: '结果',
    anyOutcome: '全部',
    time: '时间',
    times: { all: '任何时间', day: '最近 24 小时', week: '最近 7 天', month: '最近 30 天' },
    areas: {
      claim: '认领',
      session: '登录和退出',
      person: '成员',
      invitation: '邀请',
      password: '密码',
      recovery: '恢复码',
      passkey: '通行密钥',
      token: '令牌',
      box: '盒子',
      system: '机器',
      logs: '日志',
      certificate: '证书',
      model: '模型',
      request: '被拒绝的请求',
      audit: '本记录',
    },
    more: '显示更早的',
    details: '详情',
    facts: {
      number: '编号',
      code: '原因',
      agent: '程序',
      by: '来自',
      target: '对象',
      hash: '校验和',
    },
    ways: {
      session: '页面登录',
      token: '令牌',
      socket: '盒子自带的命令',
      service: '盒子的服务',
      nobody: '未登录',
    },
    keep: '保存和检查',
    exportAs: (format) => `保存为 ${format}`,
    verify: '检查记录',
    verifying: '正在检查…',
    verified: (entries) => `${entries} 个条目与写入时一致。`,
    verifiedRange: (first, last) => `编号 ${first} 至 ${last}，没有缺失。`,
    pruned: (seq) => `编号 ${seq} 之前的条目已按期清除。`,
    broken: (seq) => `从编号 ${seq} 起，记录与写入时不一致。`,
    brokenText: '文件被人改动，或磁盘出错。请保存现有内容，并与较早的副本比较。',
  },
}
