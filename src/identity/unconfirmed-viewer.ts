import type { SessionClaim, Viewer } from "./viewer.ts";

/**
 * The user whom an access token names while nobody has looked yet whether its session holds: what the token says is
 * known, and nothing else can be asked for.
 */
export class UnconfirmedViewer implements Viewer {
  readonly id: string;
  readonly sessionId: string;
  readonly tokenId = null;
  readonly scopes = null;

  constructor({ userId, sessionId }: SessionClaim) {
    this.id = userId;
    this.sessionId = sessionId;
  }

  get email(): never {
    return unknown("email");
  }

  get emailVerified(): never {
    return unknown("emailVerified");
  }

  get name(): never {
    return unknown("name");
  }

  get createdAt(): never {
    return unknown("createdAt");
  }

  get seq(): never {
    return unknown("seq");
  }

  get lastSeenAt(): never {
    return unknown("lastSeenAt");
  }

  get isFirstUse(): never {
    return unknown("isFirstUse");
  }
}

function unknown(name: keyof Viewer): never {
  throw new Error(`A field that may be begun early asks for the viewer's ${name}.`);
}
