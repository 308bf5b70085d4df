import { Controller, Get, Injectable, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';

@Injectable()
export class Orders implements OnApplicationShutdown {
  readonly #log = new Logger('Orders');

  count(): number {
    return 3;
  }

  onApplicationShutdown(): void {
    this.#log.log('the database is closed');
  }
}

@Controller()
export class OrdersController {
  constructor(private readonly orders: Orders) {}

  @Get()
  all(): { orders: number } {
    return { orders: this.orders.count() };
  }

  @Get('slow')
  async slow(): Promise<{ slow: boolean }> {
    await new Promise((resolve) => setTimeout(resolve, 500));
    return { slow: true };
  }
}

@Module({ controllers: [OrdersController], providers: [Orders] })
export class AppModule {}
