import { expect } from 'chai';

import { parseJsonExactly } from '../../../../src/messenger/vk/vk-json.js';

describe('parseJsonExactly', () => {
  it('keeps an integer beyond 2⁵³ as text, digit for digit', () => {
    expect(parseJsonExactly('{"id":9007199254740993,"other":[-9223372036854775807,12]}')).to.deep.equal({
      id: '9007199254740993',
      other: ['-9223372036854775807', 12],
    });
  });

  it('leaves fractions, exponents and everything inside strings as they are', () => {
    const text =
      '{"a":0.1234567890123456789,"b":1e300,"c":"n 12345678901234567890 \\" 9007199254740993","d":200000000001}';
    expect(parseJsonExactly(text)).to.deep.equal(JSON.parse(text));
  });

  it('throws on text that is not JSON', () => {
    expect(() => parseJsonExactly('{"id":9007199254740993')).to.throw(SyntaxError);
  });
});
