// Asks from a component: in a new conversation its address is taken over as soon as the box has named it.
import { useApp, useTranslation } from '../app/context.ts'
import { toProblem } from '../app/problem.ts'
import { chatPath } from '../app/router.ts'
import { chosenModel } from './ModelPicker.tsx'

/** False: it never began, and the text is still the person's. */
export type AskFunction = (content: string, replaces?: string) => Promise<boolean>

export function useAsk(id: string | null): AskFunction {
  const { chat, router, overlays } = useApp()
  const { problem } = useTranslation()
  return (content, replaces) =>
    new Promise((resolve) => {
      const run = async (): Promise<void> => {
        try {
          await chat.ask({
            id,
            content,
            replaces,
            model: chosenModel(),
            opened: (created) => {
              resolve(true)
              if (id === null) router.go(chatPath(created))
            },
          })
        } catch (error) {
          const { message, remedy } = problem(toProblem(error))
          overlays.tell(`${message} ${remedy}`)
        }
        resolve(false)
      }
      void run()
    })
}
