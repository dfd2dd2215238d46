import express from 'express'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { api } from './server/api.js'

const __dirname = path.dirname(fileURLToPath(import.meta.url))
const app = express()
app.use('/api', api)
app.use(express.static(path.join(__dirname, 'dist')))
app.get('*all', (request, response) => response.sendFile(path.join(__dirname, 'dist', 'index.html')))
app.listen(process.env.PORT || 3000)
process.on('SIGTERM', () => process.exit())
