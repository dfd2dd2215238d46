import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastify from 'fastify'
import { greeting } from '@sum/greet'

const banner = readFileSync(join(__dirname, '..', 'texts', 'banner.txt'), 'utf8').trim()

const app = fastify()
app.get('/', async () => `${greeting(60000)} ${banner} ${process.env.GREETING}`)
process.on('SIGTERM', () => app.close())
void app.listen({ port: Number(process.env.PORT ?? 3000), host: '0.0.0.0' })
