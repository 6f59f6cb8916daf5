/** What a form hands on once the server has let somebody in. */
export type SignedIn = (payload: { accessToken: string; expiresAt: string; user: { id: string } }) => void;
