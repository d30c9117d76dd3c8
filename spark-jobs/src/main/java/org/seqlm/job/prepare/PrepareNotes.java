package org.seqlm.job.prepare;

import java.util.Locale;
import java.util.Optional;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.text.TokenizerKind;

/** What nobody asked for and is done, which may be meant otherwise. */
final class PrepareNotes {
  private PrepareNotes() {}

  /** That a table is read as text. */
  static Optional<String> meant(PrepareConfig config, CorpusPlan plan) {
    return config.input().format() != CorpusFormat.AUTO
        ? Optional.empty()
        : plan.ranges().stream()
            .flatMap(range -> range.pieces().stream())
            .map(piece -> piece.file().path())
            .filter(PrepareNotes::isTable)
            .findFirst()
            .map(
                path ->
                    "note: "
                        + path
                        + " is read as text: for labelled examples give --task and --columns;"
                        + " --format text says that it is text");
  }

  private static boolean isTable(String path) {
    return path.toLowerCase(Locale.ROOT).matches("(?s).*\\.csv(\\.(gz|bz2|zst|xz))?");
  }

  /** That examples' text is cut into characters, where the tokenizer was left open; else empty. */
  static String cut(PrepareConfig config, ExamplesResult result) {
    return result.texts().isEmpty() || config.tokenizer().kind() != TokenizerKind.CHAR
        ? ""
        : "note       text is cut into characters ("
            + String.join(", ", result.texts())
            + "): --tokenizer word cuts it into words\n";
  }
}
