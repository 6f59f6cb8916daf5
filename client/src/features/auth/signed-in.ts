/** What a form hands on once the server has let somebody in. */
export type SignedIn = (grant: { accessToken: string; expiresAt: string; userId: string }) => void;
