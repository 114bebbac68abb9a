// What the plain-HTTP page says, in both languages. The menus are meant to be those of iOS 18, Android 15, macOS 15,
// Windows 11, Chrome 140 and Firefox 140; nobody has walked them on the devices yet.

export const platforms = ['ios', 'android', 'macos', 'windows', 'linux'] as const
export type Platform = (typeof platforms)[number]

export const languages = ['en', 'zh'] as const
export type Language = (typeof languages)[number]

interface Step {
  readonly text: string
  readonly command?: string
}

interface PlainTexts {
  readonly lang: string
  title(box: string): string
  readonly intro: string
  readonly reach: string
  readonly proceed: string
  readonly proceedHint: string
  readonly howTo: string
  readonly fingerprint: string
  readonly fingerprintHint: string
  readonly download: string
  readonly allFiles: string
  readonly names: Readonly<Record<Platform, string>>
  readonly steps: Readonly<Record<Platform, readonly Step[]>>
}

const debian = 'sudo cp hob.pem /usr/local/share/ca-certificates/hob.crt && sudo update-ca-certificates'
const fedora = 'sudo trust anchor hob.pem'

const en: PlainTexts = {
  lang: 'en',
  title: (box) => `Let this device trust ${box}`,
  intro:
    'Your box encrypts every visit with a certificate of its own. Your device does not know it yet, so the browser warns. Install the certificate once on each device, and the warning is gone; passkeys and the microphone work from then on.',
  reach: 'It can vouch for names and addresses in a home network only, never for a website on the internet.',
  proceed: 'Continue to the box',
  proceedHint:
    'You can also go on without it: the browser warns; the visit is encrypted, but nothing proves that it reaches your box.',
  howTo: 'How to install it',
  fingerprint: 'Fingerprint',
  fingerprintHint:
    'This page came without encryption, so somebody in your network could have changed it. Before you trust the certificate, compare its SHA-256 fingerprint, as your device shows it, with the one that the box itself tells you.',
  download: 'Download the certificate',
  allFiles: 'All files',
  names: { ios: 'iPhone, iPad', android: 'Android', macos: 'Mac', windows: 'Windows', linux: 'Linux' },
  steps: {
    ios: [
      { text: 'Open this page in Safari, tap the button, then Allow.' },
      { text: 'Settings › General › VPN & Device Management: tap the Hob profile, then Install.' },
      { text: 'Settings › General › About › Certificate Trust Settings: switch Hob on.' },
    ],
    android: [
      { text: 'Tap the button and keep the file.' },
      {
        text: 'In Settings, search for “CA certificate”. It is under Security & privacy › More security & privacy › Encryption & credentials › Install a certificate.',
      },
      { text: 'Tap CA certificate, Install anyway, and choose hob.crt from your downloads.' },
      {
        text: 'Firefox only: Settings › About Firefox, tap the logo seven times; then Settings › Secret Settings › Use third party CA certificates.',
      },
    ],
    macos: [
      { text: 'Click the button and open hob.crt: Keychain Access asks where; choose login.' },
      { text: 'In Keychain Access, under login › Certificates, double-click the Hob certificate.' },
      { text: 'Open Trust and set “When using this certificate” to Always Trust. Close the window.' },
    ],
    windows: [
      { text: 'Click the button, open hob.crt, and click Install Certificate.' },
      { text: 'Choose Current User, then “Place all certificates in the following store”.' },
      { text: 'Browse to Trusted Root Certification Authorities, finish, and answer Yes.' },
      { text: 'Open the browser anew.' },
    ],
    linux: [
      { text: 'Click the button. Then, on Debian or Ubuntu:', command: debian },
      { text: 'On Fedora or Arch:', command: fedora },
      {
        text: 'Chrome: Settings › Privacy and security › Security › Manage certificates › Custom › Trusted certificates › Import.',
      },
      {
        text: 'Firefox: Settings › Privacy & Security › Certificates › View Certificates › Authorities › Import, for websites.',
      },
    ],
  },
}

const zh: PlainTexts = {
  lang: 'zh-Hans',
  title: (box) => `让这台设备信任 ${box}`,
  intro:
    '盒子用它自己的证书加密每次访问。您的设备还不认识这份证书，所以浏览器会发出警告。在每台设备上安装一次，警告就会消失，通行密钥和麦克风也可以使用。',
  reach: '它只能为家庭网络中的名称和地址作证，不能为互联网上的任何网站作证。',
  proceed: '前往盒子',
  proceedHint: '不安装也可以继续：浏览器会警告；访问是加密的，但无法证明对方就是您的盒子。',
  howTo: '如何安装',
  fingerprint: '指纹',
  fingerprintHint:
    '这个页面没有经过加密，您网络中的其他人有可能改动它。信任证书之前，请把设备显示的 SHA-256 指纹与盒子自己显示的进行核对。',
  download: '下载证书',
  allFiles: '所有文件',
  names: { ios: 'iPhone、iPad', android: 'Android', macos: 'Mac', windows: 'Windows', linux: 'Linux' },
  steps: {
    ios: [
      { text: '用 Safari 打开本页，轻点按钮，再轻点“允许”。' },
      { text: '“设置”›“通用”›“VPN 与设备管理”：轻点 Hob 描述文件，再轻点“安装”。' },
      { text: '“设置”›“通用”›“关于本机”›“证书信任设置”：打开 Hob。' },
    ],
    android: [
      { text: '轻点按钮，保留文件。' },
      {
        text: '在“设置”中搜索“CA 证书”。它位于“安全和隐私”›“更多安全和隐私设置”›“加密与凭据”›“安装证书”。',
      },
      { text: '轻点“CA 证书”，选择“仍然安装”，再从下载内容中选取 hob.crt。' },
      {
        text: '仅 Firefox：“设置”›“关于 Firefox”，连续轻点徽标七次；然后在“设置”›“Secret Settings”中打开“使用第三方 CA 证书”。',
      },
    ],
    macos: [
      { text: '点按按钮并打开 hob.crt：“钥匙串访问”会询问位置，请选择“登录”。' },
      { text: '在“钥匙串访问”的“登录”›“证书”中，双击 Hob 证书。' },
      { text: '展开“信任”，把“使用此证书时”设为“始终信任”，然后关闭窗口。' },
    ],
    windows: [
      { text: '单击按钮，打开 hob.crt，再单击“安装证书”。' },
      { text: '选择“当前用户”，然后选择“将所有的证书都放入下列存储”。' },
      { text: '浏览到“受信任的根证书颁发机构”，完成，并回答“是”。' },
      { text: '重新打开浏览器。' },
    ],
    linux: [
      { text: '点击按钮。然后，在 Debian 或 Ubuntu 上：', command: debian },
      { text: '在 Fedora 或 Arch 上：', command: fedora },
      { text: 'Chrome：“设置”›“隐私和安全”›“安全”›“管理证书”›“自定义”›“受信任的证书”›“导入”。' },
      { text: 'Firefox：“设置”›“隐私与安全”›“证书”›“查看证书”›“证书颁发机构”›“导入”，用于标识网站。' },
    ],
  },
}

export const plainTexts: Readonly<Record<Language, PlainTexts>> = { en, zh }
