/**
 * Zones that browsers call by a name that the IANA database has given up, by that name: the one that it has now. Chromium
 * and Safari keep the old ones for ever (UTS #35, "Time Zone Identifiers").
 */
const currentNames: Record<string, string> = {
  "Africa/Asmera": "Africa/Asmara",
  "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
  "America/Catamarca": "America/Argentina/Catamarca",
  "America/Coral_Harbour": "America/Atikokan",
  "America/Cordoba": "America/Argentina/Cordoba",
  "America/Godthab": "America/Nuuk",
  "America/Indianapolis": "America/Indiana/Indianapolis",
  "America/Jujuy": "America/Argentina/Jujuy",
  "America/Louisville": "America/Kentucky/Louisville",
  "America/Mendoza": "America/Argentina/Mendoza",
  "Asia/Calcutta": "Asia/Kolkata",
  "Asia/Katmandu": "Asia/Kathmandu",
  "Asia/Rangoon": "Asia/Yangon",
  "Asia/Saigon": "Asia/Ho_Chi_Minh",
  "Atlantic/Faeroe": "Atlantic/Faroe",
  "Europe/Kiev": "Europe/Kyiv",
  "Pacific/Enderbury": "Pacific/Kanton",
  "Pacific/Ponape": "Pacific/Pohnpei",
  "Pacific/Truk": "Pacific/Chuuk",
};

const formerNames = new Map(Object.entries(currentNames).map(([former, current]) => [current, former]));

function currentName(timeZone: string): string {
  return currentNames[timeZone] ?? timeZone;
}

/** The time zone of this device as it is now, by its IANA name. */
export function localZone(): string {
  return currentName(Intl.DateTimeFormat().resolvedOptions().timeZone);
}

/** The name that this browser resolves a zone to, whichever of its names it was asked for. */
function resolve(timeZone: string): string {
  return currentName(new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone);
}

/** Whether two IANA names are names of one zone, such as Asia/Calcutta and Asia/Kolkata. */
export function isSameZone(a: string, b: string): boolean {
  if (a === b) return true;
  try {
    // Where there is Temporal, Intl may keep the name that it was given.
    if (typeof Temporal === "undefined") return resolve(a) === resolve(b);
    const start = Temporal.Instant.fromEpochMilliseconds(0);
    return start.toZonedDateTimeISO(a).equals(start.toZonedDateTimeISO(b));
  } catch {
    // One of them is none that this browser knows.
    return false;
  }
}

/** A zone to choose: what it is called, and by which names it can be found. */
export type ZoneChoice = { timeZone: string; names: string[] };

/**
 * All zones that this browser knows, each once.
 * @param chosen the name of the chosen zone, which is kept whether or not it is the current one
 */
export function listZones(chosen: string): ZoneChoice[] {
  const zones = new Set([...Intl.supportedValuesOf("timeZone").map(currentName), "UTC"]);
  const isKnown = zones.has(currentName(chosen));
  const own = isKnown ? currentName(chosen) : ([...zones].find((name) => isSameZone(name, chosen)) ?? chosen);
  return [...zones.add(own)].toSorted().map((name) => {
    const timeZone = name === own ? chosen : name;
    return { timeZone, names: [...new Set([name, formerNames.get(name) ?? name, timeZone])] };
  });
}

/** America/New_York: New York. */
export function cityOf(timeZone: string): string {
  return timeZone.slice(timeZone.lastIndexOf("/") + 1).replaceAll("_", " ");
}
