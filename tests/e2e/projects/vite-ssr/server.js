import fs from 'node:fs/promises'
import express from 'express'

const isProduction = process.env.NODE_ENV === 'production'
const port = process.env.PORT || 5173
const templateOfProduction = isProduction ? await fs.readFile('./dist/client/index.html', 'utf-8') : ''
const app = express()

let vite
if (!isProduction) {
  const { createServer } = await import('vite')
  vite = await createServer({ server: { middlewareMode: true }, appType: 'custom' })
  app.use(vite.middlewares)
} else {
  const sirv = (await import('sirv')).default
  app.use(sirv('./dist/client', { extensions: [] }))
}

app.use('*all', async (request, response) => {
  let template = templateOfProduction
  let render
  if (isProduction) {
    render = (await import('./dist/server/entry-server.js')).render
  } else {
    template = await vite.transformIndexHtml(request.originalUrl, await fs.readFile('./index.html', 'utf-8'))
    render = (await vite.ssrLoadModule('/src/entry-server.js')).render
  }
  response.type('html').send(template.replace('<!--app-html-->', render(request.originalUrl).html))
})

app.listen(port)
process.on('SIGTERM', () => process.exit())
