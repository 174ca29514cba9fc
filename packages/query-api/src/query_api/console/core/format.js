// Numbers, times and durations as a reader's language writes them.

import { formatIso, formatOffset, isShownTwice } from "./zones.js";

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * Creates the formats of a locale and a time zone.
 *
 * Times are of 24 hours everywhere, so that columns align and a log can be compared.
 */
export function createFormat(locale, zone) {
  const clock = { timeZone: zone, hourCycle: "h23" };
  const minutes = { hour: "2-digit", minute: "2-digit" };
  const dates = { month: "short", day: "numeric" };
  const forms = {
    number: new Intl.NumberFormat(locale),
    share: new Intl.NumberFormat(locale, percent),
    time: new Intl.DateTimeFormat(locale, { ...clock, ...minutes, second: "2-digit" }),
    minute: new Intl.DateTimeFormat(locale, { ...clock, ...minutes }),
    day: new Intl.DateTimeFormat(locale, { ...clock, weekday: "long", year: "numeric", ...dates }),
    date: new Intl.DateTimeFormat(locale, { ...clock, year: "numeric", ...dates }),
    shortDate: new Intl.DateTimeFormat(locale, { ...clock, ...dates }),
    moment: new Intl.DateTimeFormat(locale, { ...clock, ...dates, ...minutes }),
    dated: new Intl.DateTimeFormat(locale, { ...clock, year: "numeric", ...dates, ...minutes }),
  };
  return {
    locale,
    zone,
    /** 1,204,311 */
    number: (value) => forms.number.format(value),
    /** 91.4% of a share between 0 and 1. */
    share: (value) => forms.share.format(value),
    /** 18:03:12, with the offset where clocks show it twice */
    time: (timeMs) => {
      const shown = forms.time.format(timeMs);
      return isShownTwice(timeMs, zone) ? `${shown} ${formatOffset(timeMs, zone)}` : shown;
    },
    /** 18:03 */
    minute: (timeMs) => forms.minute.format(timeMs),
    /** Tuesday, Nov 24, 2026 */
    day: (timeMs) => forms.day.format(timeMs),
    /** Nov 24, 18:03 */
    moment: (timeMs) => forms.moment.format(timeMs),
    /** Nov 24 */
    shortDate: (timeMs) => forms.shortDate.format(timeMs),
    /** Nov 24, 2026 */
    date: (timeMs) => forms.date.format(timeMs),
    /** Nov 24, 2026, 18:03 */
    dated: (timeMs) => forms.dated.format(timeMs),
    /** Nov 24, 18:03 – 23:59; the year where it is not this one. */
    range: (fromMs, toMs, nowMs) => {
      const years = [fromMs, toMs, nowMs].map((each) => formatIso(each, zone).slice(0, 4));
      return (new Set(years).size > 1 ? forms.dated : forms.moment).formatRange(fromMs, toMs);
    },
    /** 2026-11-24T18:03:12.512+08:00 */
    iso: (timeMs) => formatIso(timeMs, zone),
    /** 18:03:12.512 */
    precise: (timeMs) => formatIso(timeMs, zone).slice(11, 23),
    /** +08:00 */
    offset: (timeMs) => formatOffset(timeMs, zone),
    /** Asia/Taipei, +08:00 */
    zoneName: (timeMs) => (zone === "UTC" ? zone : `${zone}, ${formatOffset(timeMs, zone)}`),
    /** 1.9s, 3m 20s, 2h 5m, 3d 4h */
    duration: (spanMs) => formatDuration(spanMs, locale),
  };
}

const percent = { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 };

function formatDuration(spanMs, locale) {
  const unit = (value, name, digits = 0) =>
    new Intl.NumberFormat(locale, {
      style: "unit",
      unit: name,
      unitDisplay: "narrow",
      maximumFractionDigits: digits,
    }).format(value);
  const size = Math.abs(spanMs);
  if (size < SECOND_MS) {
    return unit(spanMs, "millisecond");
  }
  if (size < MINUTE_MS) {
    return unit(spanMs / SECOND_MS, "second", size < 10 * SECOND_MS ? 1 : 0);
  }
  const pairs = [
    [HOUR_MS, MINUTE_MS, "minute", SECOND_MS, "second"],
    [DAY_MS, HOUR_MS, "hour", MINUTE_MS, "minute"],
    [Infinity, DAY_MS, "day", HOUR_MS, "hour"],
  ];
  const [, large, largeName, small, smallName] = pairs.find(([limit]) => size < limit);
  const whole = Math.trunc(spanMs / large);
  const rest = Math.trunc((size % large) / small);
  return rest ? `${unit(whole, largeName)} ${unit(rest, smallName)}` : unit(whole, largeName);
}
