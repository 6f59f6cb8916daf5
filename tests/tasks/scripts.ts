import { createRandom } from "../fuzz/random.ts";

/** Words in twenty scripts, most of them with marks or letters that a folding may treat in one way or another. */
export const words: Record<string, string[]> = {
  Latin: [
    "Łódź",
    "lodz",
    "Đà Nẵng",
    "da nang",
    "Øl",
    "olive",
    "Straße",
    "strasse",
    "Ísland",
    "Þór",
    "ĸalaaleq",
    "ﬁle",
  ],
  Greek: ["Ἀθῆναι", "αθηναι", "Οδός", "ΟΔΟΣ", "ΐ"],
  Cyrillic: ["Ёлка", "елка", "їжак", "мой", "Кы҃"],
  Armenian: ["Հայաստան", "և"],
  Georgian: ["საქართველო", "ᲡᲐᲥᲐᲠᲗᲕᲔᲚᲝ"],
  Hebrew: ["שָׁלוֹם", "שלום", "שלומי", "ﬡ"],
  Arabic: ["مُحَمَّد", "محمد", "محمود", "ﷺ", "آب"],
  Syriac: ["ܫܠܵܡܵܐ", "ܫܠܡܐ"],
  Devanagari: ["का", "कि", "की", "हिंदी", "हिन्दी", "क़लम", "कलम"],
  Bengali: ["কো", "কে", "বাংলা", "ড়"],
  Gurmukhi: ["ਪੰਜਾਬੀ", "ਸ਼"],
  Gujarati: ["ગુજરાતી", "ગજર"],
  Tamil: ["தமிழ்", "தமழ", "கொ", "கெ"],
  Telugu: ["తెలుగు", "తలగ"],
  Sinhala: ["සිංහල", "සහල"],
  Thai: ["กา", "กิ", "ก้า", "น้ำ", "นำ"],
  Khmer: ["ខ្មែរ", "ខមរ"],
  Hangul: ["한글", "하", "가", "각"],
  Japanese: ["がっこう", "かっこう", "ｶﾞ", "学校", "Ａ"],
  Beyond: ["𐐀", "😀", "\ufffd", "\ue000", "𝒜b", "a\u200db"],
};

/** @returns titles of one to three such words, the same for the same seed */
export function titlesInAllScripts(seed: number, count: number): string[] {
  const random = createRandom(seed, 0);
  const all = Object.values(words).flat();
  return Array.from({ length: count }, () =>
    Array.from({ length: random.between(1, 3) }, () => random.pick(all)).join(" "),
  );
}
