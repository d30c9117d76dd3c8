package org.seqlm.job.corpus.concordance;

import java.util.Locale;
import java.util.stream.Collectors;
import org.seqlm.concordance.found.AlignedLines;
import org.seqlm.concordance.found.PlaceSample;

/** What a query found, for a terminal. */
final class ConcordanceText {
  /** Words, documents and files that are named. */
  private static final int NAMED = 10;

  private ConcordanceText() {}

  /** What was too rare to be told. */
  static String rare(ConcordanceConfig config, ConcordanceResult.Found found) {
    String bounds =
        String.format(
            Locale.ROOT,
            "fewer than %,d times or in fewer than %,d documents (min-count, min-documents)",
            config.minCount(),
            config.minDocuments());
    String words =
        found.leftOut() == 0
            ? ""
            : String.format(
                Locale.ROOT,
                "%,d words that it could stand for were left out: they stand %s",
                found.leftOut(),
                bounds);
    String lines = found.shown() ? "" : "no line is shown of what stands " + bounds;
    return words + (words.isEmpty() || lines.isEmpty() ? "" : "; ") + lines;
  }

  static void tell(
      ConcordanceConfig config, String query, ConcordanceResult.Found found, StringBuilder out) {
    out.append(
        String.format(
            Locale.ROOT,
            "%s: %,d times, in %,d documents of %,d files%n",
            query,
            found.total(),
            found.documents(),
            found.files()));
    if (found.leftOut() > 0 || (!found.shown() && found.total() > 0)) {
      out.append(rare(config, found)).append(String.format("%n"));
    }
    if (found.total() == 0 || !found.shown()) {
      return;
    }
    out.append('\n');
    AlignedLines.of(found.lines(), config.width()).forEach(line -> out.append(line).append('\n'));
    if (found.lines().size() < found.total()) {
      out.append(
          String.format(
              Locale.ROOT,
              "%n%,d of %,d lines, %s%n",
              found.lines().size(),
              found.total(),
              config.pick() == PlaceSample.Pick.SAMPLE
                  ? "a sample by seed " + config.seed()
                  : "the first"));
    }
    if (found.words() != null && found.words().size() > 1) {
      out.append("\nwords: ")
          .append(
              found.words().stream()
                  .limit(NAMED)
                  .map(word -> String.format(Locale.ROOT, "%s %,d", word.word(), word.count()))
                  .collect(Collectors.joining(", ")))
          .append(found.words().size() > NAMED ? ", ..." : "")
          .append('\n');
    }
    if (found.byFile().size() > 1) {
      out.append("\nfiles: ")
          .append(
              found.byFile().stream()
                  .limit(NAMED)
                  .map(file -> String.format(Locale.ROOT, "%s %,d", file.path(), file.count()))
                  .collect(Collectors.joining(", ")))
          .append(found.files() > NAMED ? ", ..." : "")
          .append('\n');
    }
  }
}
