const { Router } = require('express');

const router = Router();
router.get('/teas', (_request, response) => response.json(['green', 'black']));
module.exports = router;
