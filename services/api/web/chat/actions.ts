// Renaming and deleting a conversation, with the questions that go before.
import { useApp, useTranslation } from '../app/context.ts'
import { isAbort, toProblem } from '../app/problem.ts'
import { chatPath } from '../app/router.ts'

/** Does it, and tells when it did not work; nothing is said to somebody who thought better of it. */
export function useAttempt(): (run: () => Promise<unknown>) => Promise<boolean> {
  const { overlays } = useApp()
  const { problem } = useTranslation()
  return async (run) => {
    try {
      await run()
      return true
    } catch (error) {
      if (isAbort(error)) return false
      const { message, remedy } = problem(toProblem(error))
      overlays.tell(`${message} ${remedy}`)
      return false
    }
  }
}

export function useConversationActions() {
  const { chat, overlays, router } = useApp()
  const { t } = useTranslation()
  const attempt = useAttempt()
  return {
    rename: async (id: string, title: string) => {
      const name = await overlays.ask({
        title: t.chat.renameTitle,
        text: '',
        action: t.common.save,
        input: { label: t.chat.nameLabel, value: title },
      })
      if (name !== null && name !== title) await attempt(() => chat.rename(id, name))
    },
    remove: async (id: string, title: string, messages: number) => {
      const answer = await overlays.ask({
        title: t.chat.deleteTitle,
        text: t.chat.deleteText(title, t.chat.messages(messages)),
        action: t.chat.delete,
        destroys: true,
      })
      if (answer === null || !(await attempt(() => chat.remove(id)))) return
      overlays.tell(t.chat.deleted)
      const route = router.route.get()
      if (route.place === 'chat' && route.id === id) router.go(chatPath(null), { replace: true })
    },
  }
}
