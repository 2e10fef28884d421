import { expect } from 'chai';

import { lessonConferenceTitle } from '../../../src/conferences/conference-text.js';

describe('lessonConferenceTitle', () => {
  it('names subject and class', () => {
    expect(lessonConferenceTitle('Физика', '7А')).to.equal('Онлайн-урок: Физика, 7А');
  });

  it('does not say the subject twice where the group is named after it', () => {
    expect(lessonConferenceTitle('Технология', '5А+5Б Технология, группа 1')).to.equal(
      'Онлайн-урок: 5А+5Б Технология, группа 1',
    );
  });

  it('leaves out what is not known', () => {
    expect(lessonConferenceTitle('Физика', '')).to.equal('Онлайн-урок: Физика');
    expect(lessonConferenceTitle('', '7А')).to.equal('Онлайн-урок: 7А');
  });
});
