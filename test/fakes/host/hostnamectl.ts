// Stands in for hostnamectl(1).
import { begin, changeState, fail, readState } from './state.ts'

const args = begin('hostnamectl')
const words = args.filter((arg) => !arg.startsWith('-'))
if (words[0] === 'status') process.stdout.write(JSON.stringify({ Hostname: readState().hostName }))
else if (words[0] === 'hostname' && words[1] !== undefined) changeState({ hostName: words[1] })
else fail('Unknown command verb.')
