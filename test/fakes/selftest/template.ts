// The self-test model's chat template (Jinja): turns in ChatML, tools announced and called the way that Qwen and
// Hermes models do it, so that the whole path of a tool call can be tried without a real model.

const lines = [
  "{%- set first = messages[0] if messages and messages[0]['role'] == 'system' else none %}",
  '{%- if tools %}',
  "{{- '<|im_start|>system\\n' }}",
  "{%- if first %}{{- first['content'] + '\\n\\n' }}{%- endif %}",
  "{{- '# Tools\\n\\nThese functions can be called:\\n<tools>' }}",
  "{%- for tool in tools %}{{- '\\n' }}{{- tool | tojson }}{%- endfor %}",
  '{{- \'\\n</tools>\\n\\nCall one like this:\\n<tool_call>\\n{"name": NAME, "arguments": OBJECT}\\n</tool_call>\' }}',
  "{{- '<|im_end|>\\n' }}",
  '{%- elif first %}',
  "{{- '<|im_start|>system\\n' + first['content'] + '<|im_end|>\\n' }}",
  '{%- endif %}',
  '{%- for message in messages %}',
  "{%- if message['role'] == 'tool' %}",
  "{{- '<|im_start|>user\\n<tool_response>\\n' + message['content'] + '\\n</tool_response><|im_end|>\\n' }}",
  "{%- elif message['role'] != 'system' or not loop.first %}",
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
