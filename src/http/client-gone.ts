/** The client went away before it had sent its request, or had its answer: there is nobody left to answer. */
export class ClientGone extends Error {}
