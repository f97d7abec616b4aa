// Sends the requests of a file, a line each, at the rate of each phase, one phase right after the other; writes a line for
// each answer. Times are milliseconds since 1970. A line that never comes is a request that got no answer.
//   node send.mjs URL REQUESTS ANSWERS '[{"count": 100, "seconds": 10}, ...]'
import { createWriteStream, readFileSync } from 'node:fs'
import { Agent } from 'node:http'
import { loadTest } from 'loadtest'

const [url, asked, told, phases] = process.argv.slice(2)
const requests = readFileSync(asked, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line))
const answers = createWriteStream(told)
const RESTED = 4000 // the server closes a connection that rested for five seconds
const agent = new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: 1000, timeout: RESTED })
const now = () => performance.timeOrigin + performance.now()

async function send({ count, seconds }, first) {
  let next = first
  const requestGenerator = (_options, parameters, client, goOn) => {
    const number = next++
    const sent = now()
    const { method, path, headers, body } = requests[number]
    const length = body ? { 'content-length': Buffer.byteLength(body) } : {}
    const own = { ...parameters, agent, method, path, headers: { ...headers, ...length } }
    const request = client(own, (response) => {
      const pieces = []
      response.on('data', (piece) => pieces.push(piece))
      response.on('end', () => note(number, sent, response, Buffer.concat(pieces).toString()))
      goOn(response)
    })
    if (body) request.write(body)
    return request
  }
  await loadTest({ url, requestGenerator, requestsPerSecond: count / seconds, maxRequests: count, quiet: true })
}

function note(number, sent, { statusCode, headers }, body) {
  const { code, again } = /json/.test(headers['content-type'] ?? '') ? refusalIn(body) : {}
  const told = headers['retry-after'] ?? again ?? null
  const line = { number, sent, answered: now(), status: statusCode, again: told && String(told), code: code ?? null }
  answers.write(`${JSON.stringify(line)}\n`)
}

// The first refusal, its code and when to come again: of a problem, of a top-level error, or of a mutation's payload.
function refusalIn(body) {
  let answer
  try { answer = JSON.parse(body) } catch { return { code: 'NO_JSON' } }
  if (answer.code) return answer
  const [error] = answer.errors ?? []
  if (error) return { code: error.extensions?.code ?? 'UNTOLD', again: error.extensions?.retryAfter }
  const refused = Object.values(answer.data ?? {}).find((payload) => payload?.errors?.length)
  return refused ? { code: refused.errors[0].code, again: refused.errors[0].retryAfter } : {}
}

let [first, begins] = [0, 0]
const sending = []
for (const phase of JSON.parse(phases)) {
  const [from, after] = [first, begins]
  sending.push(new Promise((go) => setTimeout(go, after * 1000)).then(() => send(phase, from)))
  first += phase.count
  begins += phase.seconds
}
await Promise.all(sending)
answers.end(() => process.exit())
