import { html, nothing, type TemplateResult } from 'lit';
import type { ChatCandidateView, ChatCard } from '../protocol/chat-protocol.js';
import { CANDIDATES_TEXT, DECISION_ELSEWHERE_TEXT } from '../protocol/doubt-texts.js';
import { choicesView, type Choice } from './choices-view.js';
import { candidateFacts, candidatesText, creationHelp } from './doubt-text.js';
import { namesView } from './names-view.js';
import { noticeView } from './notice-view.js';

export interface CandidateActions {
  readonly adopt: (candidate: ChatCandidateView) => void;
  readonly create: () => void;
}

/** Chats on the messenger's side that may be this one: who is in each, and what can be answered. */
export function candidatesView(
  { candidates, may }: ChatCard,
  busy: boolean,
  { adopt, create }: CandidateActions,
): TemplateResult | typeof nothing {
  if (candidates === undefined) return nothing;
  const { title, text } = candidatesText(candidates);
  const choices: Choice[] = [
    ...candidates.map((candidate) => ({
      label: CANDIDATES_TEXT.adopt,
      help: CANDIDATES_TEXT.adoptHelp,
      spoken: `${CANDIDATES_TEXT.adopt}: «${candidate.title}». ${candidateFacts(candidate)}`,
      about: candidateView(candidate),
      choose: () => adopt(candidate),
    })),
    { label: CANDIDATES_TEXT.create, help: creationHelp(candidates), choose: create },
  ];
  const shown = html`${candidates.map(candidateView)}
    <p class="muted">${DECISION_ELSEWHERE_TEXT}</p>`;
  return noticeView({ tone: 'warning', title, text, extra: may.decideCandidates ? choicesView(choices, busy) : shown });
}

function candidateView(candidate: ChatCandidateView): TemplateResult {
  const facts = candidateFacts(candidate);
  return html`
    <div style="flex-basis: 100%">
      <strong>«${candidate.title}»</strong>
      ${namesView(CANDIDATES_TEXT.ours, candidate.people)}
      <p>${facts}</p>
    </div>
  `;
}
