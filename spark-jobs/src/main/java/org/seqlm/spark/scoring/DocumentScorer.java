package org.seqlm.spark.scoring;

import java.util.function.Consumer;
import org.seqlm.lm.LanguageModel;
import org.seqlm.lm.TextScore;
import org.seqlm.text.TextRules;
import org.seqlm.text.Utf8;

/**
 * Scores documents that are held whole, one after the other, to the bit as {@link TextScoring}
 * scores those of files: each is a text of its own, which the model reads from its beginning. One
 * instance a thread.
 */
public final class DocumentScorer {
  private final ModelLines lines;

  /**
   * @param rules by which text is cut for the model
   */
  public DocumentScorer(LanguageModel model, TextRules rules) {
    lines = new ModelLines(model, rules);
  }

  /**
   * Scores a document.
   *
   * @param utf8 valid
   * @return the sum over its lines, in their order
   */
  public TextScore score(byte[] utf8) {
    TextScore[] sum = new TextScore[1];
    lines(utf8, line -> sum[0] = sum[0] == null ? line : sum[0].plus(line));
    return sum[0];
  }

  /**
   * Scores the lines of a document. They are cut as those of a record of JSON or Parquet are: at
   * line feeds; a line feed at the end begins none, and an empty document is one empty line.
   *
   * @param utf8 valid
   * @param scores receives those of the lines, one or more, in their order
   */
  public void lines(byte[] utf8, Consumer<TextScore> scores) {
    lines.startText();
    int at = 0;
    do {
      int end = Utf8.lineEnd(utf8, at, utf8.length);
      // A record's last line ends with it.
      scores.accept(lines.line(utf8, at, end, true));
      at = end + 1;
    } while (at < utf8.length);
    // Nobody asks for the sum over documents.
    lines.drop();
  }
}
