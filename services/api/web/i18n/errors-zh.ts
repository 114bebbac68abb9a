// Errors in Chinese, by code: one for each that can reach the page. Particulars stay in the box's own sentence, which
// is shown beneath in small print.
import type { PageCode } from '../app/problem.ts'
import type { ShownCode } from './errors-en.ts'

export const chineseErrors: Readonly<Record<PageCode | ShownCode, { message: string; remedy: string }>> = {
  unreachable: { message: '连接不上盒子。', remedy: '请确认它已通电，并且您与它在同一网络，然后重试。' },
  broken: { message: '回答到一半时连接断开了。', remedy: '已收到的部分已保留。重试可获得完整回答。' },
  slow: { message: '盒子没有及时回应。', remedy: '它可能正忙。请稍等片刻再试。' },
  passkey: { message: '通行密钥没有成功。', remedy: '请重试，或使用密码。' },

  invalid_request: { message: '请求的内容有误。', remedy: '请修改后再试。' },
  invalid_json: { message: '请求不是有效的 JSON。', remedy: '请刷新页面后再试。' },
  body_too_large: { message: '一次发送的内容太多。', remedy: '请缩短或分几次发送。' },
  unsupported_media_type: { message: '盒子不接受这种内容类型。', remedy: '请刷新页面后再试。' },
  header_too_large: { message: '请求的标头太大。', remedy: '请刷新页面后再试。' },
  bad_http: { message: '这不是有效的 HTTP 请求。', remedy: '请检查您使用的程序。' },
  request_timeout: { message: '请求没有及时送达。', remedy: '请再发送一次。' },
  not_found: { message: '这里没有您要找的内容。', remedy: '它可能已被移走或删除。' },
  method_not_allowed: { message: '盒子不支持这个操作。', remedy: '请刷新页面后再试。' },
  host_not_allowed: { message: '盒子不接受这个名称。', remedy: '请用盒子显示的名称或地址打开页面。' },
  origin_not_allowed: { message: '其他网站的页面不能调用这台盒子。', remedy: '请从盒子自己的页面打开。' },
  too_many_connections: { message: '盒子的连接数已满。', remedy: '请关闭一些页面或程序后再试。' },
  upgrade_required: { message: '此地址只支持 WebSocket。', remedy: '请刷新页面后再试。' },

  origin_missing: { message: '带会话的请求必须说明来自哪个页面。', remedy: '请从盒子自己的页面操作。' },
  secret_in_url: { message: '网址中含有密钥，会被记录下来。', remedy: '请改用 Authorization 标头发送。' },
  sign_in_required: { message: '尚未登录。', remedy: '请登录后再试。' },
  token_invalid: { message: '令牌无效。', remedy: '它可能已过期或被撤销，请重新创建一个。' },
  ticket_invalid: { message: '票据已用过或已过期。', remedy: '请重新获取一张。' },
  unclaimed: { message: '这台盒子还没有主人。', remedy: '请用控制台显示的代码认领它。' },
  not_allowed: { message: '您没有进行此操作的权限。', remedy: '请联系盒子的主人。' },
  confirm_required: { message: '此操作需要再次确认您的身份。', remedy: '请重新输入密码，然后再试。' },
  too_many_requests: { message: '短时间内请求太多。', remedy: '请稍等片刻再试。' },
  unsupported_encoding: { message: '盒子不接受压缩过的内容。', remedy: '请不加压缩再发送。' },
  tls_required: { message: '此端口只支持 HTTPS。', remedy: '请在地址前加上 https://。' },

  model_not_found: { message: '这里没有这个模型。', remedy: '请到“模型”查看现有的，或添加一个。' },
  no_model: {
    message: '没有适合这台机器的模型。',
    remedy: '请到“模型”添加一个更小的；那里的图表说明了各自的原因。',
  },
  model_load_failed: { message: '模型加载失败。', remedy: '请重试，或到“模型”选择更小的模型。' },
  model_in_use: { message: '这个模型正在回答别人。', remedy: '请等它空闲，或先停止回答。' },
  model_file_invalid: {
    message: '这个文件不是可用的 GGUF 文件。',
    remedy: '请重新下载，并与发布者的 SHA-256 核对。',
  },
  file_not_found: { message: '盒子上没有这个文件，或无权读取。', remedy: '请检查路径：文件要在盒子本机上。' },
  model_built_in: {
    message: '这个模型属于盒子本身，不能移除。',
    remedy: '请保留它：它占用很少，只在没有更好的模型时回答。',
  },
  model_exists: { message: '已有同名的模型。', remedy: '请先移除它，或给新模型另取名称。' },
  context_length_exceeded: { message: '对话太长，模型放不下了。', remedy: '请开始新的对话，或缩短内容。' },
  embeddings_unsupported: { message: '这个模型不能生成向量。', remedy: '请选择向量模型。' },
  chat_unsupported: { message: '这个模型不会聊天。', remedy: '请到“模型”选择聊天模型。' },
  schema_unsupported: { message: '无法按这个 JSON 结构约束回答。', remedy: '请去掉不支持的部分。' },
  queue_full: { message: '盒子正忙，排队的请求太多。', remedy: '请稍等几秒再试。' },
  engine_crashed: { message: '模型中途停止工作，正在重新启动。', remedy: '请过几秒再试。' },
  engine_timeout: { message: '模型没有及时回答。', remedy: '请问得简短些，或选择更小的模型。' },
  client_gone: { message: '回答完成前连接已断开。', remedy: '请再发送一次。' },

  url_not_allowed: {
    message: '盒子不会从这个地址下载。',
    remedy: '如果是您自己的地址，请勾选“我自己网络中的地址”。',
  },
  download_failed: { message: '下载失败。', remedy: '请重试：会从中断处继续。' },
  download_too_large: { message: '文件超过了大小限制。', remedy: '请选择更小的文件。' },
  hash_mismatch: { message: '文件的 SHA-256 不符。', remedy: '文件可能已损坏或被改动，请勿使用。' },
  disk_full: { message: '磁盘空间不足。', remedy: '请腾出一些空间，例如移除不用的模型。' },
  download_not_found: { message: '没有这个下载任务。', remedy: '它可能已经结束，请查看模型列表。' },

  certificate_invalid: {
    message: '这份证书无法使用。',
    remedy: '请更正后重新提交；盒子继续使用现有的证书。',
  },
  tls_off: {
    message: '盒子只在本机上使用未加密的 HTTP，没有证书。',
    remedy: '请去掉 HOB_TLS=off 后重新启动。',
  },
  plain_http: {
    message: '通过未加密的 HTTP，盒子只提供它的证书。',
    remedy: '请用 https 地址打开盒子。',
  },
  name_invalid: { message: '盒子不能用这个名称。', remedy: '请换一个，例如 kitchen-hob。' },
  network_invalid: {
    message: '盒子不能这样联网。',
    remedy: '请更正后再试；路由器的页面会显示它的地址和分配的范围。',
  },
  interface_not_found: { message: '盒子没有这个网络接口。', remedy: '请刷新页面后再试。' },
  interface_unplugged: { message: '这个接口没有连接。', remedy: '请插好网线或加入 Wi-Fi，然后再试。' },
  change_pending: {
    message: '已有一项网络更改正在试用。',
    remedy: '请先确认或撤销它；它会在一分钟内自动撤销。',
  },
  change_not_found: {
    message: '没有这项试用中的更改：它已被确认或撤销。',
    remedy: '请查看现在的连接方式，需要时重新更改。',
  },
  wifi_unavailable: { message: '这台盒子没有 Wi-Fi。', remedy: '请使用网线，或插上 Wi-Fi 适配器。' },
  wifi_failed: {
    message: '盒子没能加入这个 Wi-Fi。',
    remedy: '请检查密码和信号后再试。盒子仍按原来的方式连接。',
  },
  browse_failed: {
    message: '盒子没能查看周围的网络。',
    remedy: '请重试；如果仍不行，请用地址打开另一台盒子。',
  },

  conversation_not_found: { message: '没有这个对话。', remedy: '它可能已在别的设备上删除。' },
  message_not_found: { message: '对话中没有这条消息。', remedy: '请重新打开这个对话。' },
  conversation_full: { message: '这段对话已达到长度上限。', remedy: '请开始新的对话。' },
  conversation_busy: { message: '这个对话正在回答中。', remedy: '请等回答完成，或先停止。' },
  audit_broken: {
    message: '审计日志与写入时不一致：有记录被改动或缺失。',
    remedy: '请立即导出并保存文件，与之前的导出对比，找出差异。',
  },
  audit_export_overtaken: { message: '导出过程中旧记录已被清理。', remedy: '请重新导出。' },

  service_unavailable: { message: '盒子的一项服务没有回应，正在重新启动。', remedy: '请过几秒再试。' },
  shutting_down: { message: '盒子正在关机。', remedy: '请等它回来后再试。' },
  internal: { message: '盒子内部出了问题。', remedy: '请重试；如果仍然出现，请查看日志。' },

  claim_code_wrong: {
    message: '这不是这台盒子的认领码。',
    remedy: '请再看一遍盒子显示的认领码，或在盒子上运行 hob claim --code。',
  },
  claim_closed: { message: '错误次数太多，认领已关闭。', remedy: '请重启盒子，它会显示新的认领码。' },
  already_claimed: { message: '这台盒子已经有主人了。', remedy: '请登录，或向主人要一个邀请。' },
  socket_only: { message: '这只能在盒子本机上查看。', remedy: '请在盒子上使用 hob 命令。' },
  sign_in_failed: { message: '名称与密码不匹配。', remedy: '请重试，或使用恢复码。' },
  account_expired: { message: '这个账户已到期。', remedy: '请让盒子的主人延长期限。' },
  too_many_tries: { message: '错误次数太多。', remedy: '请稍等片刻再试。' },
  too_busy: { message: '此刻登录的人太多。', remedy: '请过几秒再试。' },
  password_weak: { message: '这个密码太容易被猜到。', remedy: '请用几个只有您会放在一起的词。' },
  name_taken: { message: '这里已有人用这个名称。', remedy: '请换一个名称；大小写不作区分。' },
  code_wrong: { message: '代码有误、已用过或已过期。', remedy: '请重新输入，或向盒子的主人要一个新的。' },
  last_owner: { message: '这样盒子就没有主人了。', remedy: '请先让另一个人成为主人，且不设期限。' },
  role_not_allowed: { message: '您不能授予自己没有的权限。', remedy: '请选择别的角色，或请主人来做。' },
  scope_not_allowed: { message: '您的角色没有这项权限。', remedy: '请去掉这一项，或请主人来做。' },
  limit_reached: { message: '数量已达上限。', remedy: '请先移除一个。' },
  passkey_failed: { message: '通行密钥未被接受。', remedy: '请重试，或使用密码。' },
  passkey_needs_name: {
    message: '通行密钥只能在盒子自己的名称下使用。',
    remedy: '请用盒子的名称打开页面，而不是用地址。',
  },
  person_not_found: { message: '这里没有这个人。', remedy: '可能已被移除，请刷新列表。' },
  session_not_found: { message: '没有这台设备。', remedy: '它可能已经退出登录。' },
  token_not_found: { message: '没有这个令牌。', remedy: '它可能已被移除。' },
  invitation_not_found: { message: '没有这个邀请。', remedy: '它可能已被使用或收回。' },
  passkey_not_found: { message: '没有这个通行密钥。', remedy: '它可能已被移除。' },
}
