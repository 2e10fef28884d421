import type { MessagesGetChatResponse, UsersUserFull } from '@vkontakte/api-schema-typescript';

// When the compiler cannot follow VK's official types, they let everything through without a word and hold nothing; then
// the two lines below are no errors any more, and this file does not compile. They need "moduleResolution": "bundler".

// @ts-expect-error a number is no person
export const NO_PERSON: UsersUserFull = 5;
// @ts-expect-error a number is no chat
export const NO_CHAT: MessagesGetChatResponse = 5;
