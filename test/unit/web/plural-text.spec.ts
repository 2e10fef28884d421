import { expect } from 'chai';
import { CHAT_FORMS, countText, numberText, pluralForm } from '../../../src/web/plural-text.js';

describe('pluralForm', () => {
  it('takes the Russian form after every kind of number', () => {
    const words = [0, 1, 2, 4, 5, 11, 14, 21, 22, 25, 101, 111, 112].map((count) => pluralForm(count, CHAT_FORMS));
    expect(words.join(' ')).to.equal('чатов чат чата чата чатов чатов чатов чат чата чатов чат чатов чатов');
  });
});

describe('countText', () => {
  it('keeps the number and its word on one line', () => {
    expect(countText(2885, CHAT_FORMS)).to.equal(`${numberText(2885)}\u00a0чатов`);
  });
});
