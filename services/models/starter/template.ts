// The starter's chat template (Jinja) and its special tokens. Turns in ChatML, calls as Hermes and Qwen models write
// them. Two things are its own: tools are announced by name alone, since it knows its eight by heart, and a system
// message is left out, since a model this small cannot follow one and editors send long ones.

import { boxToolNames } from '#appliance/contracts/tools.ts'

export const specials = {
  endOfText: '<|endoftext|>',
  startOfTurn: '<|im_start|>',
  endOfTurn: '<|im_end|>',
} as const

/** One token each, wherever they stand; they stay visible as text. The tools' names are among them: each list has all. */
export const tags = [
  ...boxToolNames,
  '<tools>',
  '</tools>',
  '<tool_call>',
  '</tool_call>',
  '<tool_response>',
  '</tool_response>',
] as const

const lines = [
  '{{- bos_token }}',
  '{%- if tools %}',
  "{{- '<|im_start|>system\\n<tools>' }}",
  "{%- for tool in tools %}{%- if not loop.first %}{{- ' ' }}{%- endif %}{{- tool['function']['name'] }}{%- endfor %}",
  "{{- '</tools><|im_end|>\\n' }}",
  '{%- endif %}',
  '{%- for message in messages %}',
  "{%- if message['role'] == 'tool' %}",
  "{{- '<|im_start|>user\\n<tool_response>\\n' + message['content'] + '\\n</tool_response><|im_end|>\\n' }}",
  "{%- elif message['role'] != 'system' %}",
  "{{- '<|im_start|>' + message['role'] + '\\n' }}",
  "{%- if message['content'] %}{{- message['content'] }}{%- endif %}",
  "{%- if message['tool_calls'] %}",
  "{%- for call in message['tool_calls'] %}",
  "{%- set function = call['function'] if call['function'] else call %}",
  "{%- if message['content'] or not loop.first %}{{- '\\n' }}{%- endif %}",
  '{{- \'<tool_call>\\n{"name": "\' + function[\'name\'] + \'", "arguments": \' }}',
  "{%- if function['arguments'] is string %}{{- function['arguments'] }}",
  "{%- else %}{{- function['arguments'] | tojson }}{%- endif %}",
  "{{- '}\\n</tool_call>' }}",
  '{%- endfor %}',
  '{%- endif %}',
  "{{- '<|im_end|>\\n' }}",
  '{%- endif %}',
  '{%- endfor %}',
  "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}",
]

export const chatTemplate: string = lines.join('\n')
