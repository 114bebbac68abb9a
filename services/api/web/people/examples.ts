// Lines to copy for the programs that people use most, with this box's own address.

/** Apart: what reads this file for its imports must not take the example's for one. */
const importWord = 'import'

export interface ExampleFacts {
  readonly baseUrl: string
  readonly token: string
  readonly model: string
}

export const exampleNames = ['curl', 'python', 'javascript', 'continue'] as const
export type ExampleName = (typeof exampleNames)[number]

/** Names of programs are the same in every language. */
export const exampleTitles: Readonly<Record<ExampleName, string>> = {
  curl: 'curl',
  python: 'Python',
  javascript: 'JS',
  continue: 'VS Code',
}

export const exampleOf: Readonly<Record<ExampleName, (facts: ExampleFacts) => string>> = {
  curl: ({ baseUrl, token, model }) => `curl ${baseUrl}/chat/completions \\
  -H 'authorization: Bearer ${token}' \\
  -H 'content-type: application/json' \\
  -d '${JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] })}'`,

  python: ({ baseUrl, token, model }) => `# pip install openai
from openai import OpenAI

client = OpenAI(base_url="${baseUrl}", api_key="${token}")
answer = client.chat.completions.create(
    model="${model}",
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.choices[0].message.content)`,

  javascript: ({ baseUrl, token, model }) => `// npm install openai
${importWord} OpenAI from 'openai'

const client = new OpenAI({ baseURL: '${baseUrl}', apiKey: '${token}' })
const answer = await client.chat.completions.create({
  model: '${model}',
  messages: [{ role: 'user', content: 'Hello' }],
})
console.log(answer.choices[0].message.content)`,

  // https://docs.continue.dev/reference
  continue: ({ baseUrl, token, model }) => `# Continue: ~/.continue/config.yaml
name: Hob
version: 1.0.0
schema: v1
models:
  - name: Hob
    provider: openai
    model: ${model}
    apiBase: ${baseUrl}
    apiKey: ${token}
    roles: [chat, edit, apply]`,
}
