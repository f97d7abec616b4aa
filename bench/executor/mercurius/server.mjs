// node server.mjs PORT SCHEMA DATA: the same page from the same data, mercurius compiling every query at once.
import { readFileSync } from 'node:fs'
import DataLoader from 'dataloader'
import Fastify from 'fastify'
import mercurius from 'mercurius'

const [port, schema, data] = process.argv.slice(2)
const told = JSON.parse(readFileSync(data, 'utf-8'))

const placed = { organisation: ({ organisationId }, _, { organisations }) => organisations.load(organisationId) }
const resolvers = {
  Query: { declaration: async (_, { id }) => (id === told.declaration.id ? told.declaration : null) },
  Declaration: {
    person: ({ personId }, _, { people }) => people.load(personId),
    unit: ({ unitId }, _, { organisations }) => organisations.load(unitId),
  },
  Station: placed,
  Verdict: placed,
  Step: placed,
}
const of = (records) => new DataLoader(async (ids) => ids.map((id) => records[id]))

const app = Fastify()
app.register(mercurius, {
  schema: readFileSync(schema, 'utf-8'),
  resolvers,
  jit: 1,
  context: () => ({ organisations: of(told.organisations), people: of(told.people) }),
})
await app.listen({ port: Number(port), host: '127.0.0.1' })
