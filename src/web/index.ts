/** The plugin's windows as custom elements; importing this module defines them. */
export { AuthorizationElement } from './authorization-element.js';
export { ChatEditorElement } from './chat-editor-element.js';
export { ChatElement } from './chat-element.js';
export { ConferenceEditorElement } from './conference-editor-element.js';
export { LessonsTodayElement } from './lessons-today-element.js';
export { LinkingRegistryElement } from './linking-registry-element.js';
export { RegistryElement } from './registry-element.js';
export { SynchronizationElement } from './synchronization-element.js';
export { UnlinkElement } from './unlink-element.js';
