/** One constant per right. Ids are stable and never reused. */
export const Right = {
  registryOpen: 'sferum.registry.open',
  chatView: 'sferum.chat.view',
  chatCreate: 'sferum.chat.create',
  chatEdit: 'sferum.chat.edit',
  chatDelete: 'sferum.chat.delete',
  conferenceView: 'sferum.conference.view',
  conferenceCreate: 'sferum.conference.create',
  conferenceEdit: 'sferum.conference.edit',
  conferenceEnd: 'sferum.conference.end',
  conferenceDelete: 'sferum.conference.delete',
  lessonCreate: 'sferum.lesson.create',
  lessonConnect: 'sferum.lesson.connect',
  lessonEnd: 'sferum.lesson.end',
  linkView: 'sferum.link.view',
  synchronizationView: 'sferum.synchronization.view',
  synchronizationRun: 'sferum.synchronization.run',
  synchronizationConfirm: 'sferum.synchronization.confirm',
} as const;
export type Right = (typeof Right)[keyof typeof Right];

/** Metarole of the person chosen in «Настройки организации». */
export const CHAT_ADMINISTRATOR_METAROLE = 'sferum.chat-administrator';
/** The field of «Настройки организации» that names them. */
export const CHAT_ADMINISTRATOR_SETTING = 'sferum.chat-administrator';
