import { expect } from 'chai';

import { calendarText } from '../../../src/conferences/calendar-text.js';

describe('calendarText', () => {
  it('keeps whatever stands in a school’s name inside the calendar’s name', () => {
    const text = calendarText({
      organizationName: 'Гимназия № 1, г. Пермь; корпус 2\r\nBEGIN:VEVENT',
      ...{ timeZone: 'Asia/Yekaterinburg', url: 'http://school.example/', entries: [] },
    });
    const lines = text.replaceAll('\r\n ', '').split('\r\n');
    const name = 'Сферум: Гимназия № 1\\, г. Пермь\\; корпус 2\\nBEGIN:VEVENT';
    expect(lines).to.include.members([`NAME:${name}`, `X-WR-CALNAME:${name}`]);
    expect(lines).to.not.include('BEGIN:VEVENT');
  });
});
