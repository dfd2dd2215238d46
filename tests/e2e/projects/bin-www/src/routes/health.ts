import { Router } from 'express'

export default Router().get('/health', (_request, response) => {
  response.send('healthy by a route of the output')
})
