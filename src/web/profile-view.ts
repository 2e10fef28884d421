import { css, html, nothing, type TemplateResult } from 'lit';
import { iconView } from './icon-view.js';

/** A person as one of the two sides knows them. */
export interface Profile {
  readonly name: string;
  readonly roles: readonly string[];
}

export const profileStyles = css`
  .pair {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(220px, 1fr));
    gap: 12px;
  }

  .card {
    display: flex;
    gap: 12px;
    padding: 14px;
    border: 1px solid var(--sferum-line);
    border-radius: 10px;
    min-width: 0;
  }

  .card .round {
    display: grid;
    place-items: center;
    width: 36px;
    height: 36px;
    flex: none;
    border-radius: 50%;
    color: var(--sferum-accent);
    background: var(--sferum-accent-soft);
  }

  .card .name {
    font-weight: 600;
    overflow-wrap: anywhere;
  }
`;

/** @param more a line below the roles */
export function profileView(label: string, profile: Profile, more: unknown = nothing): TemplateResult {
  return html`
    <div class="card">
      <span class="round">${iconView('person')}</span>
      <div>
        <div class="small muted">${label}</div>
        <div class="name">${profile.name}</div>
        <div>${profile.roles.length === 0 ? 'роль не указана' : profile.roles.join(', ')}</div>
        ${more === nothing ? nothing : html`<div class="small muted">${more}</div>`}
      </div>
    </div>
  `;
}
