/** People, occasions, links and webhooks of the account. */
import type {
  AthleteBody,
  AthleteInfo,
  ContrastInfo,
  CreatedKey,
  CreatedShare,
  DayTableInfo,
  DeliveryInfo,
  DeliveryLog,
  ErasedAthlete,
  KeyInfo,
  KeyList,
  NewKey,
  NewWebhook,
  SessionBody,
  SessionInfo,
  SharedAnalysis,
  ShareInfo,
  ShareList,
  TeamInfo,
  TrendInfo,
  WebhookInfo,
  WebhookList,
  WebhookWithSecret,
} from "./openapi.ts";
import type { Transport } from "./transport.ts";

const ANALYSES = "/api/v1/analyses";
const ATHLETES = "/api/v1/athletes";
const TEAMS = "/api/v1/teams";
const SESSIONS = "/api/v1/sessions";
const KEYS = "/api/v1/keys";
const WEBHOOKS = "/api/v1/webhooks";

class Resource {
  protected readonly transport: Transport;

  constructor(transport: Transport) {
    this.transport = transport;
  }
}

/** The athletes of the account. */
export class Athletes extends Resource {
  /** Keep an athlete; an analysis with its id uses stature, mass and sex. */
  create(athlete: AthleteBody): Promise<AthleteInfo> {
    return this.transport.fetch({ method: "POST", path: ATHLETES, json: athlete, isIdempotent: false });
  }

  /** Yield the athletes, the newest first. */
  list(filter: { team_id?: string } = {}): AsyncGenerator<AthleteInfo> {
    return this.transport.list(ATHLETES, filter);
  }

  get(athleteId: string): Promise<AthleteInfo> {
    return this.transport.fetch({ path: `${ATHLETES}/${athleteId}` });
  }

  /** Change what is kept of an athlete; what is left out is no longer known. */
  replace(athleteId: string, athlete: AthleteBody): Promise<AthleteInfo> {
    return this.transport.fetch({ method: "PUT", path: `${ATHLETES}/${athleteId}`, json: athlete });
  }

  /** Delete everything of the person: videos, results, analyses and the record. */
  erase(athleteId: string): Promise<ErasedAthlete> {
    return this.transport.fetch({ method: "DELETE", path: `${ATHLETES}/${athleteId}` });
  }

  /** Note who agrees that the athlete is filmed and measured. */
  giveConsent(athleteId: string, by: string): Promise<AthleteInfo> {
    return this.transport.fetch({ method: "PUT", path: `${ATHLETES}/${athleteId}/consent`, json: { by } });
  }

  /** Take no new analysis of the athlete. */
  withdrawConsent(athleteId: string): Promise<AthleteInfo> {
    return this.transport.fetch({ method: "DELETE", path: `${ATHLETES}/${athleteId}/consent` });
  }

  /** Return each metric day by day, with what is a real change. */
  listTrends(athleteId: string, filter: { sport_type?: string; metric?: string } = {}): Promise<TrendInfo[]> {
    return this.transport.fetch({ path: `${ATHLETES}/${athleteId}/trends`, query: filter });
  }

  /** Return each metric of one session against that of another. */
  compareSessions(
    athleteId: string,
    wanted: { sport_type: string; session_ids: [string, string] },
  ): Promise<ContrastInfo[]> {
    return this.transport.fetch({ path: `${ATHLETES}/${athleteId}/comparison`, query: wanted });
  }
}

/** The teams of the account. */
export class Teams extends Resource {
  create(name: string): Promise<TeamInfo> {
    return this.transport.fetch({ method: "POST", path: TEAMS, json: { name }, isIdempotent: false });
  }

  /** Yield the teams, the newest first. */
  list(): AsyncGenerator<TeamInfo> {
    return this.transport.list(TEAMS);
  }

  /** Delete a team; its athletes stay. */
  async delete(teamId: string): Promise<void> {
    await this.transport.send({ method: "DELETE", path: `${TEAMS}/${teamId}` });
  }

  /** Put an athlete into a team. */
  async add(teamId: string, athleteId: string): Promise<void> {
    await this.transport.send({ method: "PUT", path: `${TEAMS}/${teamId}/athletes/${athleteId}` });
  }

  /** Take an athlete out of a team. */
  async remove(teamId: string, athleteId: string): Promise<void> {
    await this.transport.send({ method: "DELETE", path: `${TEAMS}/${teamId}/athletes/${athleteId}` });
  }
}

/** The training sessions and test days of the account. */
export class Sessions extends Resource {
  create(session: SessionBody): Promise<SessionInfo> {
    return this.transport.fetch({ method: "POST", path: SESSIONS, json: session, isIdempotent: false });
  }

  /** Yield the sessions, the newest first. */
  list(filter: { team_id?: string } = {}): AsyncGenerator<SessionInfo> {
    return this.transport.list(SESSIONS, filter);
  }

  /** Return the best result of each athlete in each movement, and who of the team has none. */
  getResults(sessionId: string): Promise<DayTableInfo> {
    return this.transport.fetch({ path: `${SESSIONS}/${sessionId}/results` });
  }

  /** Delete a session; its analyses stay. */
  async delete(sessionId: string): Promise<void> {
    await this.transport.send({ method: "DELETE", path: `${SESSIONS}/${sessionId}` });
  }
}

/** The links that show results of the account to people without a key. */
export class Shares extends Resource {
  /** Make a link that shows the result to anybody who has it; its token is in this answer and nowhere else. */
  create(analysisId: string, lifetime: { expires_in_s?: number } = {}): Promise<CreatedShare> {
    const path = `${ANALYSES}/${analysisId}/shares`;
    return this.transport.fetch({ method: "POST", path, json: lifetime, isIdempotent: false });
  }

  /** Return the links to the result that work now, the newest first. */
  async list(analysisId: string): Promise<ShareInfo[]> {
    return (await this.transport.fetch<ShareList>({ path: `${ANALYSES}/${analysisId}/shares` })).items;
  }

  /** End a link at once. */
  async revoke(analysisId: string, shareId: string): Promise<void> {
    await this.transport.send({ method: "DELETE", path: `${ANALYSES}/${analysisId}/shares/${shareId}` });
  }

  /** Return the result that a link shows; this needs no key. */
  open(token: string): Promise<SharedAnalysis> {
    return this.transport.fetch({ path: `/api/v1/shared/${token}` });
  }
}

/** The keys of the account; the caller's own needs the scope `keys:manage`. */
export class Keys extends Resource {
  /** Make a key; its text is in this answer and nowhere else. */
  create(key: Partial<NewKey> & { name: string }): Promise<CreatedKey> {
    return this.transport.fetch({ method: "POST", path: KEYS, json: key, isIdempotent: false });
  }

  /** Return the keys, without their texts. */
  async list(): Promise<KeyInfo[]> {
    return (await this.transport.fetch<KeyList>({ path: KEYS })).items;
  }

  /** End a key at once. */
  async revoke(keyId: string): Promise<void> {
    await this.transport.send({ method: "DELETE", path: `${KEYS}/${keyId}` });
  }
}

/** The webhooks of the account. */
export class Webhooks extends Resource {
  /** Register a URL; the secret that signs each message is in this answer and nowhere else. */
  register(webhook: Partial<NewWebhook> & { url: string }): Promise<WebhookWithSecret> {
    return this.transport.fetch({ method: "POST", path: `${WEBHOOKS}/register`, json: webhook, isIdempotent: false });
  }

  /** Return the webhooks, the newest first. */
  async list(): Promise<WebhookInfo[]> {
    return (await this.transport.fetch<WebhookList>({ path: WEBHOOKS })).items;
  }

  get(webhookId: string): Promise<WebhookInfo> {
    return this.transport.fetch({ path: `${WEBHOOKS}/${webhookId}` });
  }

  /** Delete a webhook; what is still on its way is given up. */
  async delete(webhookId: string): Promise<void> {
    await this.transport.send({ method: "DELETE", path: `${WEBHOOKS}/${webhookId}` });
  }

  /** Make a new secret; for 24 hours the old one signs too. */
  rotateSecret(webhookId: string): Promise<WebhookWithSecret> {
    return this.transport.fetch({ method: "POST", path: `${WEBHOOKS}/${webhookId}/rotate`, isIdempotent: false });
  }

  /** Send again to a webhook that was disabled. */
  enable(webhookId: string): Promise<WebhookInfo> {
    return this.transport.fetch({ method: "POST", path: `${WEBHOOKS}/${webhookId}/enable` });
  }

  /** Send a `webhook.test` event. */
  sendTest(webhookId: string): Promise<DeliveryInfo> {
    return this.transport.fetch({ method: "POST", path: `${WEBHOOKS}/${webhookId}/test`, isIdempotent: false });
  }

  /** Yield the deliveries to a webhook, the newest first. */
  listDeliveries(webhookId: string): AsyncGenerator<DeliveryInfo> {
    return this.transport.list(`${WEBHOOKS}/${webhookId}/deliveries`);
  }

  /** Return a delivery with every attempt. */
  getDelivery(deliveryId: string): Promise<DeliveryLog> {
    return this.transport.fetch({ path: `${WEBHOOKS}/deliveries/${deliveryId}` });
  }

  /** Send an event again. */
  redeliver(deliveryId: string): Promise<DeliveryInfo> {
    const path = `${WEBHOOKS}/deliveries/${deliveryId}/redeliver`;
    return this.transport.fetch({ method: "POST", path, isIdempotent: false });
  }
}
