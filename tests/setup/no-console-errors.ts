import { afterEach, beforeEach, expect, vi } from "vitest";

// Whatever goes to console.error or console.warn is a fault that somebody has stopped looking at.
beforeEach(() => {
  vi.spyOn(console, "error");
  vi.spyOn(console, "warn");
});

afterEach(() => {
  const complaints = [...vi.mocked(console.error).mock.calls, ...vi.mocked(console.warn).mock.calls];
  vi.restoreAllMocks();
  expect(complaints, "nothing may be written to console.error or console.warn").toEqual([]);
});
