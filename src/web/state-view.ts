import { html, type TemplateResult } from 'lit';
import type { ChatRow, ConferenceRow, MemberRow } from '../protocol/protocol.js';
import { CHAT_KIND_TITLE, CHAT_STATE_TITLE, CONFERENCE_STATUS_TITLE, MEMBER_STATE_TITLE } from '../protocol/texts.js';
import { iconView, type IconName } from './icon-view.js';

type Tone = 'good' | 'busy' | 'wait' | 'bad' | 'off';
type Look = readonly [tone: Tone, icon: IconName];

const CHAT_LOOK: Readonly<Record<ChatRow['state'], Look>> = {
  pending: ['busy', 'busy'],
  ready: ['good', 'good'],
  problem: ['bad', 'bad'],
  stopped: ['bad', 'stop'],
  archived: ['off', 'archive'],
  closing: ['off', 'wait'],
  closed: ['off', 'off'],
};

const MEMBER_LOOK: Readonly<Record<MemberRow['state'], Look>> = {
  present: ['good', 'good'],
  checking: ['busy', 'busy'],
  'waiting-for-link': ['wait', 'wait'],
  'to-add': ['busy', 'busy'],
  'to-remove': ['off', 'busy'],
  invited: ['wait', 'mail'],
  refused: ['bad', 'stop'],
  failed: ['bad', 'bad'],
  absent: ['off', 'off'],
};

const CONFERENCE_LOOK: Readonly<Record<ConferenceRow['status'], Look>> = {
  planned: ['off', 'wait'],
  starting: ['busy', 'busy'],
  active: ['good', 'call'],
  ending: ['busy', 'busy'],
  finished: ['off', 'good'],
  cancelled: ['off', 'stop'],
};

function stateView([tone, icon]: Look, title: string): TemplateResult {
  return html`<span class="state" data-tone=${tone}>${iconView(icon)}<span class="cut">${title}</span></span>`;
}

export function chatStateView(state: ChatRow['state']): TemplateResult {
  return stateView(CHAT_LOOK[state], CHAT_STATE_TITLE[state]);
}

export function memberStateView(state: MemberRow['state']): TemplateResult {
  return stateView(MEMBER_LOOK[state], MEMBER_STATE_TITLE[state]);
}

/** @param title other words for it, where it is not a «видеоконференция» that has the status */
export function conferenceStatusView(
  status: ConferenceRow['status'],
  title: string = CONFERENCE_STATUS_TITLE[status],
): TemplateResult {
  return stateView(CONFERENCE_LOOK[status], title);
}

/** Small coloured picture of a chat's or a conference's kind. */
export function kindMark(kind: ChatRow['kind'] | ConferenceRow['kind']): TemplateResult {
  return html`<span class="kind" data-kind=${kind}>${iconView(kind)}</span>`;
}

/** The picture with its words; `brief` leaves the words to the pointer and to screen readers. */
export function markedTitle(kind: Parameters<typeof kindMark>[0], title: string, brief: boolean): TemplateResult {
  const words = html`<span class=${brief ? 'visually-hidden' : 'cut'}>${title}</span>`;
  return html`<span class="cell" title=${title}>${kindMark(kind)}${words}</span>`;
}

export function chatKindView(kind: ChatRow['kind'], brief: boolean): TemplateResult {
  return markedTitle(kind, CHAT_KIND_TITLE[kind], brief);
}
