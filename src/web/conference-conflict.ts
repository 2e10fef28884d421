import type { ReactiveController, ReactiveControllerHost, TemplateResult } from 'lit';
import type { ConferenceCard } from '../protocol/conference-protocol.js';
import type { ConferenceClient } from './conference-client.js';
import { conferenceDifference, conferenceRebased } from './conference-difference.js';
import { conferenceConflictView } from './conference-dialogs-view.js';
import { conferenceFormOf, type ConferenceForm } from './conference-form.js';
import { defaultsOfCard } from './conference-form-reader.js';

interface Versions {
  /** The server's version that this form began with. */
  readonly base: ConferenceForm;
  /** The server's version now. */
  readonly theirs: ConferenceForm;
  /** This form's changes upon it. */
  readonly merged: ConferenceForm;
}

/** Two versions of one conference, and the person's choice between them. */
export class ConferenceConflict implements ReactiveController {
  private versions: Versions | undefined;

  /** @param take the form goes on with this version, and saves it at once where the person said so */
  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly take: (form: ConferenceForm, save: boolean) => void,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    return;
  }

  get open(): boolean {
    return this.versions !== undefined;
  }

  /** @throws ApiError */
  async show(server: ConferenceClient, form: ConferenceForm, current: ConferenceCard): Promise<void> {
    const defaults = await defaultsOfCard(server, current);
    this.versions = {
      base: conferenceFormOf(form.card ?? current, defaults),
      theirs: conferenceFormOf(current, defaults),
      merged: conferenceRebased(form, current, defaults),
    };
    this.host.requestUpdate();
  }

  view(): TemplateResult {
    const { versions } = this;
    const lines = versions && {
      mine: conferenceDifference(versions.theirs, versions.merged),
      theirs: conferenceDifference(versions.base, versions.theirs),
    };
    return conferenceConflictView(lines, {
      mine: () => this.choose('merged', true),
      theirs: () => this.choose('theirs', false),
      back: () => this.choose('merged', false),
    });
  }

  private choose(version: 'theirs' | 'merged', save: boolean): void {
    const form = this.versions?.[version];
    this.versions = undefined;
    this.host.requestUpdate();
    if (form !== undefined) this.take(form, save);
  }
}
