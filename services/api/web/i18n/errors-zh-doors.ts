// The doors' errors in Chinese: claiming, signing in, what one may not do. Part of errors-zh.ts.
import type { DoorCode } from './errors-en.ts'

export const chineseDoorErrors: Readonly<Record<DoorCode, { message: string; remedy: string }>> = {
  sign_in_failed: { message: '名字或密码不对。', remedy: '请再试一次，或用恢复码设置新密码。' },
  too_many_tries: { message: '尝试的次数太多了。', remedy: '请稍等片刻再试。' },
  claim_code_wrong: {
    message: '代码不对。',
    remedy: '请再看一眼盒子的屏幕：每次启动代码都会更换。',
  },
  claim_closed: {
    message: '错误的代码太多，认领已关闭。',
    remedy: '请重启盒子，新的代码会显示在它的屏幕上。',
  },
  already_claimed: { message: '这台盒子已经有主人了。', remedy: '请登录，或请主人邀请您。' },
  unclaimed: { message: '这台盒子还没有主人。', remedy: '请用它屏幕上的代码认领。' },
  sign_in_required: { message: '您还没有登录。', remedy: '请登录后再试。' },
  not_allowed: { message: '您没有权限这样做。', remedy: '请联系盒子的主人。' },
  confirm_required: { message: '需要再次确认是您本人。', remedy: '请输入密码后再试。' },
  password_weak: { message: '这个密码太常见或太容易猜到。', remedy: '请换一个，例如连用几个词。' },
  scope_not_allowed: { message: '您不能把这项权限交给令牌。', remedy: '请去掉这项权限。' },
  last_owner: { message: '盒子至少要有一位主人。', remedy: '请先让另一位成员成为主人。' },
  token_invalid: { message: '令牌无效。', remedy: '它可能已到期或被停用，请创建新的令牌。' },
  secret_in_url: { message: '网址中含有机密，盒子不接受。', remedy: '请把它放在请求的标头里。' },
  too_many_requests: { message: '短时间内请求太多。', remedy: '请稍等片刻再试。' },
  too_busy: { message: '盒子此刻太忙。', remedy: '请稍等片刻再试。' },
}
