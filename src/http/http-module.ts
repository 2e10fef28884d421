import { ContainerModule } from 'inversify';

import { ApiRoutes } from './api-routes.js';
import { ChangeStream } from './change-stream.js';
import { HonoWindowsApi, WindowsApi } from './windows-api.js';

export const httpModule = new ContainerModule(({ bind }) => {
  bind(HonoWindowsApi).toSelf().inSingletonScope();
  bind(WindowsApi).toService(HonoWindowsApi);
  bind(ChangeStream).toSelf().inSingletonScope();
  bind(ApiRoutes).toService(ChangeStream);
});
