// The starter's chat template (Jinja) and its special tokens. Turns in ChatML, calls as Hermes and Qwen models write
// them. Three things are its own: tools are announced by name alone, since it knows its eight by heart; a system
// message is left out, since a model this small cannot follow one and editors send long ones; and of a conversation the
// last two questions are shown, with what came after them, since it answers questions and loses itself in more.
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
  '{%- set ask = namespace(left=0) %}',
  "{%- for message in messages %}{%- if message['role'] == 'user' %}{%- set ask.left = ask.left + 1 %}{%- endif %}{%- endfor %}",
  '{%- for message in messages %}',
  "{%- if message['role'] == 'user' %}{%- set ask.left = ask.left - 1 %}{%- endif %}",
  '{%- if ask.left < 2 %}',
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
  '{%- endif %}',
  '{%- endfor %}',
  "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}",
]

export const chatTemplate: string = lines.join('\n')
