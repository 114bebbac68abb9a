// The box's name and certificate in Chinese. Part of zh.ts.
import type { Catalogue } from './index.ts'

const count = (n: number): string => new Intl.NumberFormat('zh-Hans').format(n)

export const networkZh: Pick<Catalogue, 'names' | 'certificate'> = {
  names: {
    title: '名称',
    loading: '盒子的名称',
    address: '地址',
    also: (addresses) => `也可通过 ${[...addresses].join('、')} 访问`,
    taken: (host) => `网络中它叫 ${host}：您选的名称已被占用，或尚未公布。`,
    qr: '地址的二维码',
    showQr: '给另一部手机扫码',
    hideQr: '收起二维码',
    rename: '改名',
    name: '盒子的名字',
    label: '地址中的名称',
    labelHelp: (address) => `可用字母 a 到 z、数字和连字符。页面地址：${address}`,
    telling: '正在告知网络…',
    renamed: '盒子已改名',
    move: '迁移',
    moveTitle: (address) => `把页面迁移到 ${address}？`,
    moveText: '在新地址需要重新登录。旧地址下创建的通行密钥和书签将失效；旧地址还会应答十分钟。',
    moveOwn: '您自己的证书不包含新地址，浏览器会发出警告。',
    moved: '盒子有了新地址，当前地址将在十分钟后失效。',
  },
  certificate: {
    title: '证书',
    loading: '证书',
    inUse: '正在使用',
    sources: { box: '盒子自己的', owner: '您提供的' },
    sourceTexts: { box: '自动续期', owner: '请在到期前更换；到期后由盒子自己的证书顶替' },
    issuer: '签发者',
    until: '有效期至',
    left: (days) => `还剩 ${count(days)} 天`,
    names: '适用于',
    root: '盒子根证书的指纹',
    bring: '使用自己的证书',
    bringAnother: '换一份',
    bringText:
      '使用 PEM 格式：证书及其签发链，以及不带口令的私钥。证书必须包含这台盒子的名称。私钥只留在盒子上。',
    chain: '证书及签发链',
    key: '私钥',
    paste: '粘贴到这里，或选择文件',
    file: (what) => `文件：${what}`,
    use: '使用',
    used: '您的证书已启用',
    drop: '恢复盒子自己的',
    dropTitle: '恢复使用盒子自己的证书？',
    dropText: '您的证书及其私钥将从盒子上删除。',
    dropped: '已恢复盒子自己的证书',
  },
}
