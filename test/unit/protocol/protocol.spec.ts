import { expect } from 'chai';

import { LinkListQuery } from '../../../src/protocol/account-protocol.js';
import { ChatRegistryQuery, PeopleQuery, StudyGroupQuery } from '../../../src/protocol/chat-protocol.js';
import {
  ConferenceChatQuery,
  ConferenceLessonQuery,
  ConferenceRegistryQuery,
  LessonsTodayQuery,
} from '../../../src/protocol/conference-protocol.js';

describe('SearchWords', () => {
  for (const [name, schema] of Object.entries({
    ...{ LinkListQuery, ChatRegistryQuery, StudyGroupQuery, StudentsQuery: PeopleQuery.omit({ kind: true }) },
    ...{ ConferenceChatQuery, ConferenceLessonQuery, ConferenceRegistryQuery, LessonsTodayQuery },
  })) {
    it(`are cut where somebody pasted in too many: ${name}`, () => {
      expect(schema.parse({ query: 'Алгебра' }).query).to.equal('Алгебра');
      expect(schema.parse({ query: 'слово '.repeat(1000) }).query).to.equal('слово '.repeat(1000).slice(0, 200));
      expect(schema.parse({}).query).to.equal('');
    });
  }
});
