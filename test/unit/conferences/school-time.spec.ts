import { expect } from 'chai';

import { clockOf, dayBounds, dayOf, instantAt, periodText } from '../../../src/conferences/school-time.js';

describe('instantAt', () => {
  for (const [zone, day, clock, expected] of [
    ['Europe/Moscow', '2026-11-24', '10:00', '2026-11-24T07:00:00.000Z'],
    ['Asia/Kamchatka', '2026-11-24', '08:00', '2026-11-23T20:00:00.000Z'],
    ['Asia/Kathmandu', '2026-11-24', '08:00', '2026-11-24T02:15:00.000Z'],
    // The clocks go forward at two, and back at three.
    ['Europe/Berlin', '2026-03-29', '02:30', '2026-03-29T01:30:00.000Z'],
    ['Europe/Berlin', '2026-03-29', '03:30', '2026-03-29T01:30:00.000Z'],
    ['Europe/Berlin', '2026-10-25', '03:30', '2026-10-25T02:30:00.000Z'],
  ] as const) {
    it(`reads ${day} ${clock} in ${zone}`, () => {
      expect(instantAt(day, clock, zone)?.toISOString()).to.equal(expected);
    });
  }

  it('knows no day that is in no calendar', () => {
    for (const day of ['2026-02-29', '2026-13-01', '2026-04-31']) {
      expect(instantAt(day, '10:00', 'Europe/Moscow'), day).to.equal(undefined);
    }
  });

  it('is read back as it was written, every hour of a year', () => {
    for (const zone of ['Europe/Kaliningrad', 'Asia/Yekaterinburg', 'Asia/Kamchatka', 'America/New_York']) {
      for (let at = Date.UTC(2026, 0, 1, 0, 15); at < Date.UTC(2027, 0, 1); at += 3_600_000) {
        const instant = new Date(at);
        const [day, clock] = [dayOf(instant, zone), clockOf(instant, zone)];
        const back = instantAt(day, clock, zone) ?? new Date(0);
        // The hour that comes twice may be read as either.
        expect([dayOf(back, zone), clockOf(back, zone)]).to.deep.equal([day, clock]);
      }
    }
  });
});

describe('dayBounds', () => {
  it('holds 23, 24 or 25 hours', () => {
    const hours = (day: string): number => {
      const bounds = dayBounds(day, 'Europe/Berlin');
      return bounds === undefined ? 0 : (bounds.to.getTime() - bounds.from.getTime()) / 3_600_000;
    };
    expect(['2026-03-29', '2026-06-01', '2026-10-25', '2026-02-30'].map(hours)).to.deep.equal([23, 24, 25, 0]);
  });
});

describe('periodText', () => {
  it('says day and times as the school has them', () => {
    const text = periodText(new Date('2026-11-24T05:30:00Z'), new Date('2026-11-24T06:15:00Z'), 'Asia/Yekaterinburg');
    expect(text).to.equal('24.11.2026, 10:30–11:15');
  });
});
