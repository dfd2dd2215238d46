import { Router } from 'express'
export const api = Router().get('/hi', (q, s) => { s.send('hi') })
