import { expect } from 'chai';

import { firstFillingSeconds } from '../../../src/synchronization/first-filling-estimate.js';

describe('firstFillingSeconds', () => {
  it('goes by the messenger’s pace', () => {
    expect(firstFillingSeconds(81, { callsPerRequest: 25, requestsPerSecond: 3 })).to.equal(4);
    expect(firstFillingSeconds(81, { callsPerRequest: 1, requestsPerSecond: 1 })).to.equal(243);
  });

  it('takes no time for no chats', () => {
    expect(firstFillingSeconds(0, { callsPerRequest: 25, requestsPerSecond: 3 })).to.equal(0);
  });
});
