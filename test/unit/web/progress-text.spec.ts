import { expect } from 'chai';
import type { Progress } from '../../../src/protocol/protocol.js';
import { progressText } from '../../../src/web/progress-text.js';

const ZONE = 'Europe/Moscow';
const now = new Date('2026-11-23T09:05:30Z');

function progress(change: Partial<Progress> = {}): Progress {
  return {
    chats: { total: 81, done: 81 },
    memberships: { total: 2885, done: 2465, waitingForLink: 420, failed: 0 },
    lane: 'idle',
    asOf: '2026-11-23T09:05:00Z',
    ...change,
  };
}
const plain = (texts: readonly string[]): string[] => texts.map((text) => text.replaceAll('\u00a0', ' '));

describe('progressText', () => {
  it('says calmly that all is done, without a bar', () => {
    const text = progressText(progress(), ZONE, now);
    expect(text.tone).to.equal('calm');
    expect(text.share).to.equal(undefined);
    expect(plain(text.facts)).to.deep.equal(['81 чат', '2 885 участников', 'ждут привязки: 420', 'на 12:05']);
  });

  it('shows counts, rate and time left while it runs', () => {
    const running = progress({
      lane: 'running',
      chats: { total: 81, done: 34 },
      memberships: { total: 2885, done: 1240, waitingForLink: 420, failed: 2 },
      ratePerSecond: 11.6,
      secondsLeft: 140,
    });
    const text = progressText(running, ZONE, now);
    expect(plain([text.headline])).to.deep.equal(['Чаты обновляются: 50 %']);
    expect(text.share).to.be.closeTo(0.5, 0.001);
    expect(plain(text.facts)).to.deep.equal([
      '1 240 из 2 885 участников',
      'чаты: 34 из 81',
      '12 участников в секунду',
      'осталось около 3 мин',
      'ждут привязки: 420',
      'с ошибкой: 2',
    ]);
  });

  it('leaves out rate and time while they are not known', () => {
    const text = progressText(progress({ lane: 'running' }), ZONE, now);
    expect(plain(text.facts)).to.deep.equal(['2 465 из 2 885 участников', 'чаты: 81 из 81', 'ждут привязки: 420']);
    expect(text.share).to.equal(1);
  });

  it('gives a slow rate per minute', () => {
    const text = progressText(progress({ lane: 'running', ratePerSecond: 0.2 }), ZONE, now);
    expect(plain(text.facts)).to.include('12 участников в минуту');
  });

  it('says what stopped it and when it goes on', () => {
    const problem = { code: 'VK_14', text: 'Войдите в VK ещё раз.', resumesAt: '2026-11-23T09:40:00Z' };
    const text = progressText(progress({ lane: 'stopped', problem }), ZONE, now);
    expect(text.tone).to.equal('error');
    expect(text.advice).to.equal('Войдите в VK ещё раз.');
    expect(text.facts[0]).to.equal('продолжится в 12:40');
  });

  it('asks to choose the chat administrator and says where', () => {
    const empty = { chats: { total: 0, done: 0 }, memberships: { total: 0, done: 0, waitingForLink: 0, failed: 0 } };
    const text = progressText(progress({ lane: 'no-administrator', ...empty }), ZONE, now);
    expect(text.headline).to.equal('Выберите администратора чатов');
    expect(text.advice).to.contain('Настройки организации');
    expect(text.facts).to.deep.equal([]);
  });
});
