package org.seqlm.corpus.example;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.corpus.plan.BadRecordLimits;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.dataset.Split;

/** All ranges of examples that were read: how many there are, what is bad, and where it is. */
public final class ReadExamples {
  private final List<CorpusRange> ranges;
  private final List<ReadRange> read;
  private final long[] offsets;
  private final long[] recordOffsets;
  private final ReadRange total = new ReadRange(0);

  /**
   * @param ranges of the plan, in their order
   * @param read what was found in each
   */
  public ReadExamples(List<CorpusRange> ranges, List<ReadRange> read) {
    this.ranges = ranges;
    this.read = read;
    offsets = new long[read.size() + 1];
    recordOffsets = new long[read.size() + 1];
    for (int i = 0; i < read.size(); i++) {
      ReadRange range = read.get(i);
      offsets[i + 1] = offsets[i] + range.examples();
      recordOffsets[i + 1] = recordOffsets[i] + range.records;
      total.records += range.records;
      for (int p = 0; p < total.bad.length; p++) {
        total.bad[p] += range.bad[p];
      }
      for (Split split : Split.values()) {
        total.examples[split.ordinal()] += range.examples[split.ordinal()];
        total.blockBytes[split.ordinal()] += range.blockBytes[split.ordinal()];
      }
      total.addFingerprint(range);
    }
  }

  /** Records read, bad ones among them. */
  public long records() {
    return total.records;
  }

  /** Examples of a split. */
  public long examples(Split split) {
    return total.examples[split.ordinal()];
  }

  /** What a split's examples have in blocks, in bytes. */
  public long blockBytes(Split split) {
    return total.blockBytes[split.ordinal()];
  }

  /** How many examples, of all splits, stand before each range, and at last all of them. */
  public long[] offsets() {
    return offsets.clone();
  }

  /** How many examples of each split stand before each range, and at last all of them. */
  public long[][] splitOffsets() {
    long[][] before = new long[read.size() + 1][Split.values().length];
    for (int i = 0; i < read.size(); i++) {
      for (int split = 0; split < before[i].length; split++) {
        before[i + 1][split] = before[i][split] + read.get(i).examples[split];
      }
    }
    return before;
  }

  /** How many records, bad ones among them, stand before each range, and at last all of them. */
  public long[] recordOffsets() {
    return recordOffsets.clone();
  }

  /**
   * Of each piece of each range the lines of its file that begin before it; 0 of rows, which know
   * their places in the file.
   */
  public long[][] linesBefore() {
    long[][] before = new long[ranges.size()][];
    CorpusFile file = null;
    long lines = 0;
    for (int r = 0; r < before.length; r++) {
      List<CorpusRange.Piece> pieces = ranges.get(r).pieces();
      before[r] = new long[pieces.size()];
      for (int p = 0; p < pieces.size(); p++) {
        boolean goesOn = pieces.get(p).file().equals(file);
        file = pieces.get(p).file();
        lines = goesOn && file.format() == CorpusFormat.JSONL ? lines : 0;
        before[r][p] = lines;
        lines += read.get(r).places[p];
      }
    }
    return before;
  }

  /** The file of each piece of each range. */
  public String[][] files() {
    return ranges.stream()
        .map(
            range ->
                range.pieces().stream().map(piece -> piece.file().path()).toArray(String[]::new))
        .toArray(String[][]::new);
  }

  /** The sum modulo 2^128 of the examples' hashes, in 32 hexadecimal digits. */
  public String fingerprint() {
    return total.fingerprint();
  }

  /** What was left out, by kind; empty if nothing was. */
  public Map<String, Long> bad() {
    Map<String, Long> bad = new TreeMap<>();
    for (ExampleProblem problem : ExampleProblem.values()) {
      if (total.bad[problem.index()] > 0) {
        bad.put(problem.label(), total.bad[problem.index()]);
      }
    }
    return bad;
  }

  /** The file and the line, or row, of a record. */
  public String where(int range, int piece, long place) {
    CorpusFile file = ranges.get(range).pieces().get(piece).file();
    long before = 0;
    if (file.format() == CorpusFormat.JSONL) {
      for (int r = range; r >= 0; r--) {
        List<CorpusRange.Piece> pieces = ranges.get(r).pieces();
        for (int p = r == range ? piece - 1 : pieces.size() - 1; p >= 0; p--) {
          if (!pieces.get(p).file().equals(file)) {
            return where(file, before + place);
          }
          before += read.get(r).places[p];
        }
      }
    }
    return where(file, before + place);
  }

  /**
   * The same of a file.
   *
   * @param place among its lines, or rows, from 0
   */
  public static String where(CorpusFile file, long place) {
    return file.path() + (file.format() == CorpusFormat.PARQUET ? " row " : " line ") + (place + 1);
  }

  /** The first problem of a kind, with its place. */
  private String first(ExampleProblem problem) {
    int p = problem.index();
    for (int r = 0; r < read.size(); r++) {
      ReadRange range = read.get(r);
      if (range.bad[p] > 0) {
        return problem == ExampleProblem.UNREADABLE_FILE
            ? ranges.get(r).pieces().get(range.firstPiece[p]).file().path()
                + " ("
                + range.firstBad[p]
                + ")"
            : where(r, range.firstPiece[p], range.firstPlace[p]) + ": " + range.firstBad[p];
      }
    }
    throw new IllegalArgumentException("no range has the problem " + problem);
  }

  /**
   * Holds what is bad against the limits.
   *
   * @throws UserException with exit code 3 if more is bad than they allow
   */
  public void check(BadRecordLimits limits) {
    long files = total.bad[ExampleProblem.UNREADABLE_FILE.index()];
    if (files > limits.maxUnreadableFiles()) {
      throw UserException.data(
          String.format(
              Locale.ROOT,
              "%,d unreadable-file, more than input.bad-records.max-unreadable-files %,d: the first"
                  + " is %s; mend or remove it, or raise the threshold",
              files,
              limits.maxUnreadableFiles(),
              first(ExampleProblem.UNREADABLE_FILE)));
    }
    long bad = bad().values().stream().mapToLong(Long::longValue).sum() - files;
    if (bad > limits.maxFraction() * total.records) {
      throw UserException.data(
          tooMany(
              bad,
              "more than the fraction input.bad-records.max-fraction " + limits.maxFraction(),
              "; or raise the threshold to leave them out"));
    }
  }

  private String tooMany(long bad, String bound, String end) {
    int first = read.stream().filter(range -> range.first >= 0).findFirst().orElseThrow().first;
    Map<String, Long> kinds = bad();
    kinds.remove(ExampleProblem.UNREADABLE_FILE.label());
    StringBuilder listed = new StringBuilder();
    kinds.forEach(
        (kind, count) ->
            listed
                .append(listed.length() == 0 ? "" : ", ")
                .append(kind)
                .append(String.format(Locale.ROOT, " %,d", count)));
    return String.format(
        Locale.ROOT,
        "%,d of %,d examples %s bad (%s), %s: the first is %s%s",
        bad,
        total.records,
        bad == 1 ? "is" : "are",
        listed,
        bound,
        first(ExampleProblem.values()[first]),
        end);
  }

  /**
   * Says why there is no good example at all.
   *
   * @param inputs as the user named them
   */
  public UserException none(List<String> inputs) {
    long files = total.bad[ExampleProblem.UNREADABLE_FILE.index()];
    long bad = bad().values().stream().mapToLong(Long::longValue).sum() - files;
    if (bad > 0) {
      return UserException.data(tooMany(bad, "and none is good", ""));
    }
    return UserException.data(
        files > 0
            ? "no example can be read: the first file is " + first(ExampleProblem.UNREADABLE_FILE)
            : "there is no example in " + String.join(" ", inputs) + ": give files that have some");
  }

  /** Tells what was left out, a message a kind, in the order of the kinds' names. */
  public void tell(Progress progress) {
    bad().forEach((kind, count) -> tell(progress, kind, count));
  }

  private void tell(Progress progress, String kind, long count) {
    for (ExampleProblem problem : ExampleProblem.values()) {
      if (problem.label().equals(kind)) {
        progress.message(
            String.format(
                Locale.ROOT, "left out: %s %,d, the first is %s", kind, count, first(problem)));
      }
    }
  }
}
