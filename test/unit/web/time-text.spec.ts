import { expect } from 'chai';
import {
  ageText,
  clockText,
  momentText,
  periodText,
  startText,
  timeLeftText,
  utcOffsetText,
} from '../../../src/web/time-text.js';

const ZONE = 'Asia/Yekaterinburg';
const now = new Date('2026-11-23T07:30:00Z');

describe('clockText', () => {
  it('shows the school’s clock, not the visitor’s', () => {
    expect(clockText('2026-11-23T07:05:00Z', ZONE)).to.equal('12:05');
    expect(clockText('2026-11-23T07:05:00Z', 'Europe/Moscow')).to.equal('10:05');
  });
});

describe('ageText', () => {
  it('names the time today and the day otherwise', () => {
    expect(ageText('2026-11-23T07:05:00Z', ZONE, now)).to.equal('на 12:05');
    expect(ageText('2026-11-21T07:05:00Z', ZONE, now)).to.equal('на 21 нояб.');
  });

  it('counts the days of the school’s time zone', () => {
    expect(ageText('2026-11-22T19:30:00Z', ZONE, now)).to.equal('на 00:30');
    expect(ageText('2026-11-22T18:30:00Z', ZONE, now)).to.equal('на 22 нояб.');
  });
});

describe('momentText', () => {
  it('adds the year only where it is another one', () => {
    expect(momentText('2026-11-21T07:05:00Z', ZONE, now)).to.equal('21 ноября, 12:05');
    expect(momentText('2025-11-21T07:05:00Z', ZONE, now)).to.match(/^21 ноября 2025.*, 12:05$/);
  });
});

describe('startText', () => {
  it('is short enough for a column', () => {
    expect(startText('2026-11-23T07:05:00Z', ZONE, now)).to.equal('сегодня, 12:05');
    expect(startText('2026-11-24T07:05:00Z', ZONE, now)).to.equal('24 нояб., 12:05');
  });
});

describe('periodText', () => {
  it('names the day once, and both days over midnight', () => {
    expect(periodText('2026-11-23T05:00:00Z', '2026-11-23T05:45:00Z', ZONE, now)).to.equal('сегодня, 10:00–10:45');
    expect(periodText('2026-11-24T18:30:00Z', '2026-11-24T19:15:00Z', ZONE, now)).to.equal(
      '24 ноября, 23:30 – 25 ноября, 00:15',
    );
  });
});

describe('timeLeftText', () => {
  it('rounds up the way a person would say it', () => {
    const texts = [0, 9, 31, 59, 60, 61, 140, 3599, 3600, 5401].map(timeLeftText);
    expect(texts).to.deep.equal([
      'несколько секунд',
      'несколько секунд',
      'около 40 с',
      'около 60 с',
      'около 1 мин',
      'около 2 мин',
      'около 3 мин',
      'около 1 ч',
      'около 1 ч',
      'около 1 ч 31 мин',
    ]);
  });
});

describe('utcOffsetText', () => {
  it('gives the difference of the school’s zone', () => {
    expect(utcOffsetText(ZONE, now)).to.equal('UTC+5');
    expect(utcOffsetText('Asia/Kolkata', now)).to.equal('UTC+5:30');
  });
});
