import { ContainerModule } from 'inversify';

import { MetaroleContribution, RightContribution } from '../host/contribution-points.js';
import { CHAT_ADMINISTRATOR_METAROLE } from './rights.js';
import { RIGHT_CONTRIBUTIONS } from './right-contributions-text.js';

export const rightsModule = new ContainerModule(({ bind }) => {
  for (const contribution of RIGHT_CONTRIBUTIONS) bind(RightContribution).toConstantValue(contribution);
  bind(MetaroleContribution).toConstantValue({
    id: CHAT_ADMINISTRATOR_METAROLE,
    title: 'Администратор чатов Сферума',
  });
});
