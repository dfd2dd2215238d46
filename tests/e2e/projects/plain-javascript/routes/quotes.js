const { Router } = require('express');

const router = Router();
router.get('/', (_request, response) => response.json(['less is more']));

module.exports = router;
