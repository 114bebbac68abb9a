// What the self-test model says, cut into pieces that are each one token. Every piece must differ from all others,
// since the model knows nothing but which piece follows which (weights.ts); the unit test checks it.

const english =
  'I am| the self-test| of this| box|, not| a real| model|. I| cannot| think|: I only| repeat| these| fixed| lines|,' +
  ' one piece| at a| time|, so that| you| can see| that the| page|, the queue| and the| engine| work| together|.\n\n' +
  'To talk| with a| real model|, add| one|: run| `hob models add| FILE-OR-ADDRESS`|, or| put| a GGUF| file| into| the' +
  ' models| folder|. The box| then| measures| what| fits| this machine|, and| `hob models explain`| tells| why| it was' +
  '| chosen|.\n\n'

const chinese =
  '我是|这台|设备|的|自检|程序|，|不是|真正|的模型|。我|不会|思考|，只会|重复|这段|固定|的文字|，用来|确认|网页|、排队|和|推理|引擎' +
  '|都能|一起|正常|工作|。\n\n想和|真的|模型|对话|，请|添加|一个|：运行| `hob models add 文件或网址`|，或者|把| GGUF |文件|放进' +
  '|模型文件夹|。随后|，本机|会|算出|哪个|最合适|，并用| `hob models explain` |说明|理由|。'

/** In the order in which they are said. */
export const pieces: readonly string[] = `${english}${chinese}`.split('|').filter((piece) => piece !== '')

export const sentence: string = pieces.join('')
