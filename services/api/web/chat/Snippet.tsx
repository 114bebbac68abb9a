// A passage that was found, without Markdown's signs; what matched stands between U+E000 and U+E001.
export function Snippet({ text }: { text: string }) {
  return (
    <span class="snippet">
      {text
        .replaceAll(/[`*]/g, '')
        .split('\uE000')
        .map((part, index) => {
          const [marked, rest] = index === 0 ? [null, part] : part.split('\uE001')
          return (
            <span key={index}>
              {marked !== null && <mark>{marked}</mark>}
              {rest}
            </span>
          )
        })}
    </span>
  )
}
