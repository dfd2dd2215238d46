import express, { Router } from 'express'
import { readdirSync, readFileSync } from 'fs'
import { join } from 'path'

export const app = express()

for (const name of readdirSync(join(__dirname, 'routes'))) {
  app.use(require(join(__dirname, 'routes', name)).default as Router)
}

app.get('/', (_request, response) => {
  response.type('html').send(readFileSync(join(__dirname, '..', 'views', 'index.html'), 'utf8'))
})
