import { css } from 'lit';
import { chatEditorStyles } from './chat-editor-styles.js';
import { chatFieldsStyles } from './chat-fields-view.js';
import { conferenceFieldsStyles } from './conference-fields-view.js';
import { conferenceTimeStyles } from './conference-time-view.js';
import { joinedLessonsStyles } from './joined-lessons-view.js';
import { listStyles } from './list-styles.js';
import { saveDialogStyles } from './save-dialogs-view.js';

/** Window «Добавление видеоконференции» / «Редактирование видеоконференции». */
export const conferenceEditorStyles = [
  listStyles,
  chatFieldsStyles,
  conferenceFieldsStyles,
  joinedLessonsStyles,
  conferenceTimeStyles,
  saveDialogStyles,
  chatEditorStyles,
  css`
    ul.warnings {
      flex-basis: 100%;
      margin: 0;
      padding-inline-start: 18px;
      overflow-wrap: anywhere;
    }

    .notice .words {
      flex-basis: 100%;
    }

    vaadin-text-field.whole {
      width: 100%;
    }
  `,
];
