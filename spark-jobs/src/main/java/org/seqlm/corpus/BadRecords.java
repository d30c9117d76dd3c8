package org.seqlm.corpus;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.plan.BadRecordLimits;
import org.seqlm.corpus.plan.CorpusSource;

/** What was left out of a corpus: counted by kind, held against the limits, and told. */
public final class BadRecords {
  /** What reports call records that were cut: they are whole in the text, and not bad. */
  public static final String SPLIT = "split-long";

  private BadRecords() {}

  /** What was left out, by kind; empty if nothing was. */
  public static Map<String, Long> byKind(RangeSummary total) {
    return byKind(total, kind -> true);
  }

  private static Map<String, Long> byKind(RangeSummary total, Predicate<BadKind> which) {
    Map<String, Long> bad = new TreeMap<>();
    for (BadKind kind : BadKind.values()) {
      if (total.bad(kind) > 0 && which.test(kind)) {
        bad.put(kind.label(), total.bad(kind));
      }
    }
    return bad;
  }

  /**
   * Holds what is bad against the limits.
   *
   * @param summaries of the ranges in their order
   * @param total their sum
   * @throws UserException with exit code 3 if more is bad than they allow
   */
  public static void check(CorpusSource source, List<RangeSummary> summaries, RangeSummary total) {
    BadRecordLimits limits = source.badRecords();
    long files = total.bad(BadKind.UNREADABLE_FILE);
    if (files > limits.maxUnreadableFiles()) {
      throw UserException.data(
          String.format(
              Locale.ROOT,
              "%,d unreadable-file, more than input.bad-records.max-unreadable-files %,d: the first"
                  + " is %s; mend or remove it, or raise the threshold",
              files,
              limits.maxUnreadableFiles(),
              total.firstBad(BadKind.UNREADABLE_FILE)));
    }
    Map<String, Long> bad = byKind(total, BadKind::isFault);
    long badRecords = bad.values().stream().mapToLong(Long::longValue).sum() - files;
    if (badRecords > limits.maxFraction() * total.records()) {
      BadKind first = first(summaries);
      throw UserException.data(
          String.format(
              Locale.ROOT,
              "%,d of %,d records are bad (%s), more than the fraction"
                  + " input.bad-records.max-fraction %s: the first %s is in %s; %s",
              badRecords,
              total.records(),
              listed(bad),
              limits.maxFraction(),
              first.label(),
              total.firstBad(first),
              remedy(first, source)));
    }
  }

  /** The first kind of bad record in the first range that has any. */
  private static BadKind first(List<RangeSummary> summaries) {
    for (RangeSummary range : summaries) {
      for (BadKind kind : BadKind.values()) {
        if (kind != BadKind.UNREADABLE_FILE && kind.isFault() && range.bad(kind) > 0) {
          return kind;
        }
      }
    }
    throw new IllegalArgumentException("no range has a bad record");
  }

  private static String remedy(BadKind kind, CorpusSource source) {
    return switch (kind) {
      case OVER_LONG ->
          "raise input.max-record-bytes (now " + source.maxRecordBytes() + ") or the threshold";
      case MISSING_FIELD ->
          "give the right --text-field (now " + source.textField() + ") or raise the threshold";
      case BAD_JSON ->
          "mend them, give the right input.format (now "
              + Json.name(source.format())
              + "), or raise the threshold";
      default -> "mend them or raise the threshold";
    };
  }

  private static String listed(Map<String, Long> bad) {
    StringBuilder kinds = new StringBuilder();
    bad.forEach(
        (kind, count) ->
            kinds
                .append(kinds.length() == 0 ? "" : ", ")
                .append(kind)
                .append(' ')
                .append(String.format(Locale.ROOT, "%,d", count)));
    return kinds.toString();
  }

  /**
   * Tells what was left out, a message a kind, in the order of the kinds' names, and what was cut.
   */
  public static void tell(Progress progress, RangeSummary total) {
    if (total.split() > 0) {
      progress.message(
          String.format(
              Locale.ROOT,
              "%s: %,d records were longer than input.max-record-bytes and were cut between"
                  + " sentences, the first in %s",
              SPLIT,
              total.split(),
              total.firstSplit));
    }
    Stream.of(BadKind.values())
        .filter(kind -> total.bad(kind) > 0)
        .sorted(Comparator.comparing(BadKind::label))
        .forEach(
            kind ->
                progress.message(
                    String.format(
                        Locale.ROOT,
                        "left out: %s %,d, the first in %s",
                        kind.label(),
                        total.bad(kind),
                        total.firstBad(kind))));
  }
}
