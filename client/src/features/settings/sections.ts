/** The parts of the settings: each one's name in the address, and its heading. */
export const sections = {
  profile: "Profile",
  password: "Password",
  sessions: "Sessions",
  tokens: "Personal tokens",
  log: "Security log",
  data: "Your data",
} as const;

export type Section = keyof typeof sections;

export const sectionNames = Object.keys(sections) as Section[];

/** The section that a path names: /settings/sessions. Any other path means the profile. */
export function sectionOf(path: string): Section {
  return sectionNames.find((name) => path === `/settings/${name}`) ?? "profile";
}
