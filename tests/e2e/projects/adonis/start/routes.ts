import router from '@adonisjs/core/services/router';

const Pages = () => import('#controllers/pages');

router.get('/', [Pages, 'index']);
