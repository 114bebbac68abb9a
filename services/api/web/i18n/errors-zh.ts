// Errors in Chinese, by code: one for each that can reach the page. Particulars stay in the box's own sentence, which
// is shown beneath in small print.
import type { PageCode } from '../app/problem.ts'
import type { ShownCode } from './errors-en.ts'

export const chineseErrors: Readonly<Record<PageCode | ShownCode, { message: string; remedy: string }>> = {
  unreachable: { message: '连接不上盒子。', remedy: '请确认它已通电，并且您与它在同一网络，然后重试。' },
  broken: { message: '回答到一半时连接断开了。', remedy: '已收到的部分已保留。重试可获得完整回答。' },
  slow: { message: '盒子没有及时回应。', remedy: '它可能正忙。请稍等片刻再试。' },

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
  loopback_only: {
    message: '目前盒子只回应它自己这台机器。',
    remedy: '请在这台机器上打开，或使用 SSH 隧道。',
  },
  too_many_connections: { message: '盒子的连接数已满。', remedy: '请关闭一些页面或程序后再试。' },
  upgrade_required: { message: '此地址只支持 WebSocket。', remedy: '请刷新页面后再试。' },

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
}
