import { ContainerModule } from 'inversify';

import { LessonJournalButtonContribution } from '../host/contribution-points.js';
import { ConnectLessonButton, CreateLessonButton, EndLessonButton } from './lesson-buttons.js';

export const journalModule = new ContainerModule(({ bind }) => {
  for (const Button of [CreateLessonButton, ConnectLessonButton, EndLessonButton]) {
    bind<LessonJournalButtonContribution>(Button).toSelf().inSingletonScope();
    bind(LessonJournalButtonContribution).toService(Button);
  }
});
