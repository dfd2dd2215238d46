import { AppService } from './app.service';

if (new AppService().greet('Ada') !== 'Hello, Ada') {
  throw new Error('wrong greeting');
}
