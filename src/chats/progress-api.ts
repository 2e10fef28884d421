import type { Hono } from 'hono';
import { inject } from 'inversify';

import type { ApiEnvironment, ApiRoutes } from '../http/api-routes.js';
import { ProgressReader } from './progress-reader.js';

/** `GET /api/progress`: how far the school's deliveries are, or a person's own chats. */
export class ProgressApi implements ApiRoutes {
  constructor(@inject(ProgressReader) private readonly reader: ProgressReader) {}

  register(app: Hono<ApiEnvironment>): void {
    app.get('/api/progress', async (context) => context.json(await this.reader.of(context.get('session'))));
  }
}
