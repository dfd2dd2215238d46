import fastify from 'fastify'
import { greeting } from '@sum/greet'

const app = fastify()
app.get('/', async () => greeting(60000))
process.on('SIGTERM', () => app.close())
void app.listen({ port: Number(process.env.PORT ?? 3000), host: '0.0.0.0' })
