import { Controller, Get, Param } from '@nestjs/common';
import { AppService } from './app.service';

@Controller()
export class AppController {
  constructor(private readonly service: AppService) {}

  @Get('greetings/:name')
  greet(@Param('name') name: string): { greeting: string } {
    return { greeting: this.service.greet(name) };
  }
}
