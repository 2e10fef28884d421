import { ContainerModule } from 'inversify';

import { WorkSource } from '../delivery/work-source.js';
import { ApiRoutes } from '../http/api-routes.js';
import { ConferenceApi } from './conference-api.js';
import { KnexConferenceStore } from './conference-store-knex.js';
import { ConferenceStore } from './conference-store.js';
import { ConferenceWorkSource } from './conference-work-source.js';
import { DirectoryLessonConferences, LessonConferences } from './lesson-conferences.js';

export const conferenceModule = new ContainerModule(({ bind }) => {
  bind(KnexConferenceStore).toSelf().inSingletonScope();
  bind(ConferenceStore).toService(KnexConferenceStore);
  bind(ConferenceWorkSource).toSelf().inSingletonScope();
  bind(WorkSource).toService(ConferenceWorkSource);
  bind(DirectoryLessonConferences).toSelf().inSingletonScope();
  bind(LessonConferences).toService(DirectoryLessonConferences);
  bind(ConferenceApi).toSelf().inSingletonScope();
  bind(ApiRoutes).toService(ConferenceApi);
});
