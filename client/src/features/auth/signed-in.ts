/** What a form hands on once the server has let somebody in. */
export type SignedIn = (session: { accessToken: string; expiresAt: string; userId: string }) => void;
