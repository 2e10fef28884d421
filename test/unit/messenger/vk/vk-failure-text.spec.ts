import { expect } from 'chai';

import { vkFailureText } from '../../../../src/messenger/vk/vk-failure-text.js';

const CODES =
  '1 2 3 5 6 7 8 9 10 12 13 14 15 17 18 20 21 23 24 25 27 28 29 100 103 104 113 900 901 902 911 912 913 914 917 919 921 922 925 927 931 932 935 936 939 940 943 944 945 946 947 950 951 954 962 967 969 979 981 982 983 984 985 987 988 1012 1017 1019 1021 1051 1114 1115 1116 1117 1118 9008 5.1130 15.1133 15.1134 state.left'.split(
    ' ',
  );
const REASONS = [
  'unreachable',
  'not-sent',
  'timeout',
  'aborted',
  'reset',
  'html',
  'json',
  'schema',
  'unattributed',
  'incomplete',
];

describe('vkFailureText', () => {
  it('has its own Russian text for every known code, of at least two sentences or a clause of advice', () => {
    const general = vkFailureText('vk.424242');
    for (const code of [...CODES.map((number) => `vk.${number}`), ...REASONS.map((reason) => `transport.${reason}`)]) {
      const text = vkFailureText(code);
      expect(text, code).not.to.equal(general);
      expect(text, code).to.match(/^[А-ЯЁ][^]*[.:] ?[^]+\.$/);
    }
  });

  it('falls back from an unknown subcode to the code, and from an unknown code to a general text', () => {
    expect(vkFailureText('vk.917.5')).to.equal(vkFailureText('vk.917'));
    expect(vkFailureText('something else')).to.equal(vkFailureText('vk.424242'));
    expect(vkFailureText('toString')).to.equal(vkFailureText('vk.424242'));
  });

  it('tells a missing right from a refused person', () => {
    expect(vkFailureText('vk.15.1133')).not.to.equal(vkFailureText('vk.15'));
    expect(vkFailureText('vk.15')).to.contain('ссылку-приглашение');
  });
});
