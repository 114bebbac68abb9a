// The loss curve as a small SVG for README.md: tokens seen to the right, loss upwards on a logarithmic scale. Pure.

const size = { width: 640, height: 260, left: 44, right: 12, top: 12, bottom: 30 }
const gridLosses = [0.03, 0.1, 0.3, 1, 3]

/** `curve`: [tokens seen, loss], in order. */
export function drawCurve(curve: readonly (readonly [number, number])[]): string {
  const last = curve.at(-1)?.[0] ?? 1
  const losses = curve.map(([, loss]) => Math.log(loss))
  const [low, high] = [Math.min(...losses, Math.log(0.03)), Math.max(...losses)]
  const x = (tokens: number): number => size.left + (tokens / last) * (size.width - size.left - size.right)
  const y = (loss: number): number =>
    size.top + ((high - Math.log(loss)) / (high - low)) * (size.height - size.top - size.bottom)
  const grid = gridLosses
    .filter((loss) => Math.log(loss) >= low && Math.log(loss) <= high)
    .map(
      (loss) =>
        `<path d="M${size.left} ${y(loss).toFixed(1)}H${size.width - size.right}" stroke="#8884"/>` +
        `<text x="${size.left - 6}" y="${(y(loss) + 4).toFixed(1)}" text-anchor="end">${loss}</text>`,
    )
  const millions = Array.from({ length: Math.floor(last / 2e6) + 1 }, (_, index) => index * 2).map(
    (million) =>
      `<text x="${x(million * 1e6).toFixed(1)}" y="${size.height - 10}" text-anchor="middle">${million} M</text>`,
  )
  const line = curve.map(([tokens, loss]) => `${x(tokens).toFixed(1)},${y(loss).toFixed(1)}`).join(' ')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="system-ui, sans-serif" font-size="11" fill="#888" role="img" aria-label="Loss against tokens seen">
${[...grid, ...millions].join('\n')}
<polyline points="${line}" fill="none" stroke="#c2410c" stroke-width="1.5"/>
</svg>
`
}
